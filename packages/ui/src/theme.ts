import type { CSSVariablesResolver, VariantColorsResolver } from '@mantine/core';
import { createTheme, defaultVariantColorsResolver } from '@mantine/core';

/** White on the light accent of the dark scheme could not be read. */
const onAccent: VariantColorsResolver = (input) => {
  const colours = defaultVariantColorsResolver(input);
  const isAccent = input.color === undefined || input.color === input.theme.primaryColor;
  return input.variant === 'filled' && isAccent ? { ...colours, color: 'var(--ts-on-accent)' } : colours;
};

/** Calm and dense: the system's font, small text, one accent. Colours hold a contrast of 4.5 to 1 in both schemes. */
export const theme = createTheme({
  // Teal: #0b7285 on light, #3bc9db on dark.
  primaryColor: 'cyan',
  primaryShade: { light: 9, dark: 4 },
  variantColorResolver: onAccent,
  defaultRadius: 'sm',
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans Arabic", Cantarell, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  lineHeights: { xs: '1.35', sm: '1.4', md: '1.45', lg: '1.5', xl: '1.5' },
  spacing: { xs: '0.5rem', sm: '0.75rem', md: '1rem', lg: '1.5rem', xl: '2rem' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.25rem', lineHeight: '1.3' },
      h2: { fontSize: '1rem', lineHeight: '1.4' },
      h3: { fontSize: '0.875rem', lineHeight: '1.4' },
    },
  },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Anchor: { defaultProps: { underline: 'always' } },
    Button: { defaultProps: { size: 'xs' } },
    Checkbox: { defaultProps: { size: 'xs' } },
    Modal: { defaultProps: { centered: true, radius: 'sm', transitionProps: { duration: 100 } } },
    Menu: { defaultProps: { transitionProps: { duration: 80 }, shadow: 'md' } },
    NumberInput: { defaultProps: { size: 'sm' } },
    PasswordInput: { defaultProps: { size: 'sm' } },
    SegmentedControl: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'sm' } },
    Switch: { defaultProps: { size: 'sm' } },
    Table: { defaultProps: { verticalSpacing: 6, horizontalSpacing: 'sm' } },
    Text: { defaultProps: { size: 'sm' } },
    TextInput: { defaultProps: { size: 'sm' } },
    Tooltip: { defaultProps: { openDelay: 400, transitionProps: { duration: 80 }, withArrow: false } },
  },
});

/** What Mantine's own colours are too pale for, and the colours of states. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#545b62',
    '--mantine-color-error': '#c92a2a',
    '--mantine-color-placeholder': '#69717a',
    '--mantine-color-anchor': '#0b7285',
    '--ts-on-accent': '#ffffff',
    '--ts-page': '#ffffff',
    '--ts-side': '#f4f6f7',
    '--ts-line': '#dde1e5',
    '--ts-hover': '#eef2f4',
    '--ts-chosen': '#dff1f4',
    '--ts-ok': '#247a36',
    '--ts-busy': '#0b7285',
    '--ts-warn': '#a04a00',
    '--ts-error': '#c92a2a',
    '--ts-quiet': '#545b62',
    '--ts-warn-ground': '#fff6e8',
    '--ts-error-ground': '#fff2f2',
    '--ts-info-ground': '#eef8fa',
  },
  dark: {
    '--mantine-color-dimmed': '#a8afb6',
    '--mantine-color-error': '#ff8f8f',
    '--mantine-color-placeholder': '#929aa2',
    '--mantine-color-anchor': '#3bc9db',
    '--mantine-color-body': '#1b1d1f',
    '--ts-on-accent': '#0b2429',
    '--ts-page': '#1b1d1f',
    '--ts-side': '#232629',
    '--ts-line': '#393e43',
    '--ts-hover': '#2a2e32',
    '--ts-chosen': '#173e45',
    '--ts-ok': '#6fd67f',
    '--ts-busy': '#3bc9db',
    '--ts-warn': '#ffb866',
    '--ts-error': '#ff8f8f',
    '--ts-quiet': '#a8afb6',
    '--ts-warn-ground': '#33291b',
    '--ts-error-ground': '#3a2325',
    '--ts-info-ground': '#1b3136',
  },
});
