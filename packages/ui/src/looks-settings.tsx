import { SegmentedControl, Select, Stack, Switch, Text } from '@mantine/core';
import type { Language } from '@tidesync/shared/languages';
import { LANGUAGES, languageOf } from '@tidesync/shared/languages';
import { storeLanguage, useLooks } from './looks.ts';
import { useKitWords, useLanguage } from './words.tsx';

/** Colours, contrast and language: the same choices in every app. */
export function LooksSettings() {
  const words = useKitWords();
  const [looks, choose] = useLooks();
  const { language, choose: chooseLanguage } = useLanguage();
  const take = (next: Language) => {
    storeLanguage(next);
    chooseLanguage(next);
  };
  return (
    <Stack gap="sm">
      <div>
        <Text fw={600} mb={4} id="looks-scheme">
          {words('looks.scheme')}
        </Text>
        <SegmentedControl
          aria-labelledby="looks-scheme"
          value={looks.scheme}
          onChange={(scheme) => choose({ ...looks, scheme })}
          data={(['auto', 'light', 'dark'] as const).map((value) => ({
            value,
            label: words(`looks.${value}`),
          }))}
        />
      </div>
      <Switch
        label={words('looks.contrast')}
        checked={looks.contrast === 'more'}
        onChange={(event) => choose({ ...looks, contrast: event.currentTarget.checked ? 'more' : 'auto' })}
      />
      <Select
        label={words('looks.language')}
        maw={260}
        allowDeselect={false}
        data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
        value={language}
        onChange={(value) => take(languageOf(value ?? 'en'))}
      />
    </Stack>
  );
}
