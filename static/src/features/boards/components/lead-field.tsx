import { Button } from '@mantine/core';
import { type CSSProperties, type FocusEvent, type ReactNode, useRef } from 'react';
import { flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { firstName, PersonAvatar, personColor } from '@/ui/person-avatar';
import type { Field, FieldSharing } from '../use-presence';
import classes from './drawer.module.css';

interface Props {
  name: Field;
  sharing: FieldSharing | null;
  children: ReactNode;
}

/** One field of a deal, shared with whoever else has it open: locked while somebody writes in it, until one takes it over. */
export function LeadField({ name, sharing, children }: Props) {
  const { t } = useTranslation();
  const field = useRef<HTMLFieldSetElement>(null);
  const lock = sharing?.lockOf(name) ?? null;
  const takeOver = () => {
    flushSync(() => sharing?.enter(name));
    field.current?.querySelector<HTMLElement>('input, textarea, button')?.focus();
  };
  const onBlur = (event: FocusEvent) => {
    if (!event.currentTarget.contains(event.relatedTarget)) sharing?.leave(name);
  };
  return (
    <div>
      <fieldset
        ref={field}
        className={classes.field}
        disabled={lock !== null}
        data-locked={lock ? true : undefined}
        style={lock ? ({ '--who': personColor(lock.by.id) } as CSSProperties) : undefined}
        onFocus={() => sharing?.enter(name)}
        onBlur={onBlur}
      >
        {children}
      </fieldset>
      {lock && (
        <div className={classes.lock} role="status" title={lock.by.name}>
          <PersonAvatar person={{ id: lock.by.id, full_name: lock.by.name }} size={18} label="" />
          <span>{t(lock.taken ? 'lead.taken' : 'lead.editedBy', { who: firstName(lock.by.name) })}</span>
          <Button size="compact-xs" variant="default" onClick={takeOver}>
            {t('lead.takeOver')}
          </Button>
        </div>
      )}
    </div>
  );
}
