import { useLocalStorage } from '@mantine/hooks';
import { useEffect } from 'react';

/** How the screens look, as chosen on this device. */
export interface Looks {
  readonly scheme: 'auto' | 'light' | 'dark';
  readonly contrast: 'auto' | 'more';
}

const LOOKS_DEFAULT: Looks = { scheme: 'auto', contrast: 'auto' };

export function useLooks(): readonly [Looks, (looks: Looks) => void] {
  const [looks, choose] = useLocalStorage<Looks>({
    key: 'tidesync.looks',
    defaultValue: LOOKS_DEFAULT,
    getInitialValueInEffect: false,
  });
  return [looks, choose];
}

/** Tells the style sheets about more contrast, and about the direction and language of the page. */
export function usePageAttributes(attributes: {
  contrast: boolean;
  language: string;
  direction: 'ltr' | 'rtl';
}) {
  const { contrast, language, direction } = attributes;
  useEffect(() => {
    const { dataset } = document.documentElement;
    if (contrast) dataset.contrast = 'more';
    else delete dataset.contrast;
  }, [contrast]);
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.dir = direction;
  }, [language, direction]);
}

const LANGUAGE_KEY = 'tidesync.language';

/** The language chosen on this device, else the browser's. */
export function storedLanguage(): string {
  try {
    return localStorage.getItem(LANGUAGE_KEY) ?? navigator.language;
  } catch {
    // Storage may be forbidden.
    return navigator.language;
  }
}

export function storeLanguage(language: string): void {
  try {
    localStorage.setItem(LANGUAGE_KEY, language);
  } catch {
    // Then it holds until the page is closed.
  }
}
