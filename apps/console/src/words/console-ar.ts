import { consoleEn } from './console-en.ts';

export const consoleAr = consoleEn;
