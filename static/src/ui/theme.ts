import {
  type CSSVariablesResolver,
  createTheme,
  Input,
  localStorageColorSchemeManager,
  type MantineColorsTuple,
  Menu,
  Modal,
  Popover,
  Switch,
  Tooltip,
} from '@mantine/core';

/** Deep green-blue; the seventh step is the brand itself. */
const brand: MantineColorsTuple = [
  '#EAF7F5',
  '#D2EDE9',
  '#A5DBD4',
  '#73C7BD',
  '#4CB6AA',
  '#2E9C90',
  '#1A877C',
  '#0F766E',
  '#0B5F59',
  '#084B46',
];

/** "Needs you". */
const amber: MantineColorsTuple = [
  '#FFF7E8',
  '#FDEBC8',
  '#FBD998',
  '#F8C463',
  '#F3AE38',
  '#E8961A',
  '#D97706',
  '#B45F06',
  '#8F4A0A',
  '#6F3A0C',
];

const gray: MantineColorsTuple = [
  '#FAF9F7',
  '#F3F1ED',
  '#E9E6E0',
  '#DCD8D0',
  '#C6C1B7',
  '#A5A096',
  '#7D7970',
  '#5C5952',
  '#3F3D38',
  '#262521',
];

/** Near-black blue-grey; the lower half are the surfaces, from raised to sunken. */
const dark: MantineColorsTuple = [
  '#E3E8EA',
  '#C2CBCF',
  '#A0ADB3',
  '#75848B',
  '#38444B',
  '#2A343A',
  '#1F282D',
  '#171E22',
  '#11171A',
  '#0C1113',
];

export const theme = createTheme({
  primaryColor: 'brand',
  primaryShade: { light: 7, dark: 7 },
  colors: { brand, amber, gray, dark },
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "DejaVu Sans", sans-serif',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.45', lg: '1.4', xl: '1.3' },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  radius: { xs: '4px', sm: '6px', md: '8px', lg: '12px', xl: '16px' },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  fontWeights: { regular: '400', medium: '500', bold: '600' },
  respectReducedMotion: true,
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '20px' }, h2: { fontSize: '16px' }, h3: { fontSize: '14px' } },
  },
  components: {
    InputWrapper: Input.Wrapper.extend({
      styles: { label: { marginBottom: 4 }, description: { marginBottom: 4 } },
    }),
    Menu: Menu.extend({
      // The first item takes the focus; a placeholder for it has no place in a menu.
      defaultProps: { shadow: 'md', transitionProps: { duration: 120 }, withInitialFocusPlaceholder: false },
    }),
    Popover: Popover.extend({ defaultProps: { shadow: 'md' } }),
    Switch: Switch.extend({ defaultProps: { withThumbIndicator: false } }),
    Modal: Modal.extend({
      defaultProps: { radius: 'md', centered: true, overlayProps: { backgroundOpacity: 0.45 } },
    }),
    Tooltip: Tooltip.extend({
      defaultProps: { openDelay: 350, withArrow: false, transitionProps: { duration: 120 } },
    }),
  },
});

/** Mantine's own variables, pointed at the tokens of `tokens.css`, so that both speak one palette. */
const TOKENS = {
  '--mantine-color-body': 'var(--surface)',
  '--mantine-color-text': 'var(--text)',
  '--mantine-color-dimmed': 'var(--text-dim)',
  '--mantine-color-placeholder': 'var(--text-faint)',
  '--mantine-color-default': 'var(--surface)',
  '--mantine-color-default-hover': 'var(--hover)',
  '--mantine-color-default-color': 'var(--text)',
  '--mantine-color-default-border': 'var(--border-strong)',
  '--mantine-color-error': 'var(--danger)',
  '--mantine-color-anchor': 'var(--brand-text)',
  '--mantine-color-brand-light': 'var(--brand-soft)',
  '--mantine-color-brand-light-hover': 'var(--brand-soft-hover)',
  '--mantine-color-brand-light-color': 'var(--brand-text)',
  '--mantine-color-brand-text': 'var(--brand-text)',
  '--mantine-color-brand-filled': 'var(--brand)',
  '--mantine-color-brand-filled-hover': 'var(--brand-hover)',
  '--mantine-color-red-filled': 'var(--danger-fill)',
  '--mantine-color-red-filled-hover': 'var(--danger-fill-hover)',
  '--mantine-color-red-text': 'var(--danger)',
  '--mantine-color-red-light': 'var(--danger-soft)',
  '--mantine-color-red-light-color': 'var(--danger)',
  '--mantine-color-gray-light': 'var(--sunken)',
  '--mantine-color-gray-light-color': 'var(--text-dim)',
  '--mantine-color-gray-text': 'var(--text-dim)',
};

/** Mantine sets some of them per colour scheme, which only the same selector overrides. */
export const resolveVariables: CSSVariablesResolver = () => ({
  variables: TOKENS,
  light: TOKENS,
  dark: TOKENS,
});

export const colorSchemes = localStorageColorSchemeManager({ key: 'balcao.theme' });
