import type { Catalogue } from '@tidesync/shared/languages';
import { problemsAr } from './problems-ar.ts';

export const kitAr: Catalogue = {
  states: {
    upToDate: 'كل شيء محدَّث',
    syncing: 'تجري المزامنة',
    paused: 'متوقف مؤقتًا',
    offline: 'غير متصل',
    attention: 'يحتاج إلى انتباهك',
    error: 'متوقف',
    quotaFull: 'الحصة ممتلئة',
    signedOut: 'لم يُسجَّل الدخول',
    engineDown: 'لا يعمل',
  },
  frame: {
    skip: 'انتقل إلى محتوى الصفحة',
    navigation: 'الأقسام',
  },
  list: {
    loading: 'جارٍ التحميل',
    failed: 'تعذّر تحميل هذا',
    retry: 'أعد المحاولة',
    offline: 'غير متصل. حتى {{time}}.',
    rows_zero: 'لا صفوف',
    rows_one: 'صف واحد',
    rows_two: 'صفان',
    rows_few: '{{shown}} صفوف',
    rows_many: '{{shown}} صفًا',
    rows_other: '{{shown}} صف',
  },
  problem: {
    copyDetails: 'انسخ التفاصيل',
    copied: 'نُسخت',
    code: 'الرمز: {{code}}',
  },
  confirm: {
    cancel: 'إلغاء',
    close: 'إغلاق',
  },
  quota: {
    name: 'التخزين',
    line: '{{used}} من {{limit}}',
    free: 'المتاح {{free}}',
    reserved: 'المحجوز {{reserved}}',
    near: 'أوشك على الامتلاء',
    full: 'ممتلئ: الرفع ينتظر والتنزيل مستمر.',
    unlimited: 'المستخدم {{used}} بلا حد',
  },
  time: {
    left: 'بقي {{time}}',
    asOf: 'حتى {{time}}',
    never: 'أبدًا',
  },
  looks: {
    scheme: 'الألوان',
    auto: 'مثل النظام',
    light: 'فاتح',
    dark: 'داكن',
    contrast: 'تباين عالٍ',
    language: 'اللغة',
  },
  problems: problemsAr,
};
