import { ColorSwatch, TextInput, UnstyledButton } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { BRAND, COLORS, wholeColor } from '../look';
import classes from './channels.module.css';

interface Props {
  value?: string;
  error?: ReactNode;
  onChange(color: string): void;
  onBlur?(event: unknown): void;
  onFocus?(event: unknown): void;
}

/** The colours of choice at a glance, any other by its code or by the browser's own picker. */
export function ColorField({ value = '', error, onChange, onBlur, onFocus }: Props) {
  const { t } = useTranslation();
  const chosen = wholeColor(value);
  return (
    <div className={classes.colors}>
      <TextInput
        label={t('service.channels.color')}
        description={t('service.channels.colorHint')}
        value={value}
        error={error}
        maxLength={7}
        spellCheck={false}
        autoComplete="off"
        onBlur={onBlur}
        onFocus={onFocus}
        onChange={(event) => onChange(event.currentTarget.value)}
        leftSection={
          <input
            type="color"
            aria-label={t('service.channels.pickColor')}
            value={chosen ?? BRAND}
            onChange={(event) => onChange(event.currentTarget.value)}
          />
        }
      />
      <fieldset className={classes.swatches} aria-label={t('service.channels.colors')}>
        {COLORS.map((color) => (
          <UnstyledButton
            key={color}
            aria-label={color}
            aria-pressed={color === chosen}
            onClick={() => onChange(color)}
          >
            <ColorSwatch component="span" color={color} size={26} withShadow={false}>
              {color === chosen && <IconCheck size={15} color="#fff" aria-hidden />}
            </ColorSwatch>
          </UnstyledButton>
        ))}
      </fieldset>
    </div>
  );
}
