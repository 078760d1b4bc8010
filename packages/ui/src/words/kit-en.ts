import { problemsEn } from './problems-en.ts';

/** The words of the kit's own parts. */
export const kitEn = {
  states: {
    upToDate: 'Up to date',
    syncing: 'Syncing',
    paused: 'Paused',
    offline: 'Offline',
    attention: 'Needs attention',
    error: 'Stopped',
    quotaFull: 'Quota full',
    signedOut: 'Signed out',
    engineDown: 'Not running',
  },
  frame: {
    skip: 'Skip to the page',
    navigation: 'Sections',
  },
  list: {
    loading: 'Loading',
    failed: 'This could not be loaded',
    retry: 'Try again',
    offline: 'Offline. As of {{time}}.',
    rows_one: '{{shown}} row',
    rows_other: '{{shown}} rows',
  },
  problem: {
    details: 'Details to pass on…',
    detailsTitle: 'Details for whoever helps you',
    detailsWhy: 'This is copied, and nothing else. Nothing is sent to anybody.',
    copyDetails: 'Copy',
    copied: 'Copied',
    code: 'Code: {{code}}',
  },
  confirm: {
    cancel: 'Cancel',
    close: 'Close',
  },
  quota: {
    name: 'Storage',
    line: '{{used}} of {{limit}}',
    free: '{{free}} free',
    reserved: '{{reserved}} reserved',
    near: 'Nearly full',
    full: 'Full: uploads wait, downloads go on.',
    unlimited: '{{used}} used, no limit',
  },
  time: {
    left: '{{time}} left',
    asOf: 'As of {{time}}',
    never: 'Never',
  },
  retention: {
    title: 'How long deleted and replaced files are kept',
    versions: 'Earlier versions',
    trash: 'Trash',
    asServer: 'As the server: {{days}}',
    days_one: '{{shown}} day',
    days_other: '{{shown}} days',
    forever: 'For ever',
    hint: 'What is older is deleted for good, and its room becomes free.',
  },
  looks: {
    scheme: 'Colours',
    auto: 'As the system',
    light: 'Light',
    dark: 'Dark',
    contrast: 'High contrast',
    language: 'Language',
  },
  problems: problemsEn,
};
