import type { Catalogue } from '@tidesync/shared/languages';

export const rootAr: Catalogue = {
  halted: 'متوقف: يحتاج إليك',
  paused: 'متوقف مؤقتًا حتى تستأنفه',
  pausedUntil: 'متوقف مؤقتًا حتى {{time}}',
  onBattery: 'متوقف مؤقتًا على البطارية حتى يوصل بالكهرباء',
  onMetered: 'متوقف مؤقتًا على شبكة محدودة البيانات حتى تتوفر غيرها',
  offline: 'غير متصل: الخادم لا يجيب',
  offlineWaiting_zero: 'غير متصل: لا تغييرات تنتظر',
  offlineWaiting_one: 'غير متصل: تغيير واحد ينتظر',
  offlineWaiting_two: 'غير متصل: تغييران ينتظران',
  offlineWaiting_few: 'غير متصل: {{shown}} تغييرات تنتظر',
  offlineWaiting_many: 'غير متصل: {{shown}} تغييرًا ينتظر',
  offlineWaiting_other: 'غير متصل: {{shown}} تغيير ينتظر',
  looking: 'يبحث عن تغييرات',
  syncing_zero: 'لا شيء للمزامنة، بقي {{left}}',
  syncing_one: 'تجري مزامنة عنصر واحد، بقي {{left}}',
  syncing_two: 'تجري مزامنة عنصرين، بقي {{left}}',
  syncing_few: 'تجري مزامنة {{shown}} عناصر، بقي {{left}}',
  syncing_many: 'تجري مزامنة {{shown}} عنصرًا، بقي {{left}}',
  syncing_other: 'تجري مزامنة {{shown}} عنصر، بقي {{left}}',
  attention_zero: 'زُومن كله',
  attention_one: 'زُومن إلا ملفًا واحدًا',
  attention_two: 'زُومن إلا ملفين',
  attention_few: 'زُومن إلا {{shown}} ملفات',
  attention_many: 'زُومن إلا {{shown}} ملفًا',
  attention_other: 'زُومن إلا {{shown}} ملف',
  rest: 'زُومن كل ما عدا ذلك',
  upToDate: 'محدَّث',
  held_zero: 'لا حذف ينتظر موافقتك.',
  held_one: 'حذف واحد ينتظر موافقتك.',
  held_two: 'عمليتا حذف تنتظران موافقتك.',
  held_few: '{{shown}} عمليات حذف تنتظر موافقتك.',
  held_many: '{{shown}} عملية حذف تنتظر موافقتك.',
  held_other: '{{shown}} عملية حذف تنتظر موافقتك.',
};

export const haltsAr: Catalogue = {
  rootMissing: {
    what: 'المجلد {{path}} اختفى أو ليس موصولًا. لا يُزامَن شيء ولا يُحذف شيء.',
    cure: 'صِله أو أعده. وإن نقلته فقل أين هو الآن.',
  },
  rootReplaced: {
    what: 'المجلد في {{path}} ليس الذي كان يُزامَن. لا يُزامَن شيء ولا يُحذف شيء.',
    cure: 'أعد المجلد القديم. ولمزامنة الموجود الآن أوقف مزامنته ثم أضفه من جديد.',
  },
  libraryGone: {
    what: 'حُذفت المكتبة «{{library}}» أو لم تعد عضوًا فيها. تبقى ملفاتك هنا.',
    cure: 'اسأل مالكها أو أوقف مزامنة المجلد.',
  },
  noPermission: {
    what: 'لا تمكن قراءة المجلد {{path}} نفسه أو الكتابة فيه.',
    cure: 'امنح مستخدمك الإذن، فتستمر المزامنة تلقائيًا.',
  },
};
