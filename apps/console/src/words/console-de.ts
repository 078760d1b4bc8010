import { consoleEn } from './console-en.ts';

export const consoleDe = consoleEn;
