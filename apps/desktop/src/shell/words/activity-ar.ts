import type { activityEn } from './activity-en.ts';

export const activityAr: Readonly<Record<keyof typeof activityEn, string>> = {
  uploaded: 'أُرسل «{{name}}»',
  downloaded: 'استُقبل «{{name}}»',
  downloadedSize: 'استُقبل «{{name}}» ({{size}})',
  movedHere: 'تغيّر اسم «{{other}}» إلى «{{name}}» كما على جهاز آخر',
  movedThere: 'تغيّر الاسم إلى «{{name}}» على الخادم',
  deletedHere: 'نُقل «{{name}}» إلى سلة المهملات لأنه حُذف على جهاز آخر',
  deletedThere: 'حُذف «{{name}}» على الخادم، ويمكن استعادته من سلة المهملات',
  leftOut: 'أُزيل «{{name}}» من هذا الجهاز، وهو باقٍ على الخادم',
  madeHere: 'أُنشئ المجلد «{{name}}» كما على جهاز آخر',
  madeThere: 'أُنشئ المجلد «{{name}}» على الخادم',
  conflict: 'تغيّر «{{name}}» على جهازين، واحتُفظ بنسخة هذا الجهاز باسم «{{other}}»',
  settled: 'حُلّ التعارض على «{{name}}» ونُقلت النسخة الأخرى إلى سلة المهملات',
  restored: 'استُعيد «{{name}}»',
  broughtBack: 'أُعيد «{{name}}» من الخادم، فقد توقف الحاسوب قبل أن يُحفظ بأمان على القرص',
};
