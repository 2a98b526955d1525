import { ActionIcon } from '@mantine/core';
import { IconCheck, IconDots, IconHandStop } from '@tabler/icons-react';
import { type KeyboardEvent, memo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { useFormats } from '@/ui/format';
import { useClientDrag } from '../dnd';
import { floorUi, useFloorUi } from '../store';
import type { Client } from '../types';
import classes from './chip.module.css';
import { Days } from './days';

/** A client as a column shows them: who, and how long since they bought. */
export const ClientChip = memo(function ClientChip({ client }: { client: Client }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const [params] = useSearchParams();
  const chip = useRef<HTMLElement>(null);
  useClientDrag(chip, client, client.contacted);
  const isSelected = useFloorUi((ui) => ui.selected.has(client.id));
  const isHeld = useFloorUi((ui) => ui.held.some(({ id }) => id === client.id));
  const address = new URLSearchParams(params);
  address.set('client', client.id);

  const openMenu = (button: Element) => floorUi.openMenu(floorUi.togetherWith(client), button);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || client.contacted || !chip.current) return;
    const key = event.key.toLowerCase();
    if (key !== 'm' && key !== 'x') return;
    event.preventDefault();
    // Or the menu would take it for a key outside of it, and close.
    event.stopPropagation();
    if (key === 'm') openMenu(chip.current);
    else floorUi.toggle(client);
  };
  return (
    <article
      ref={chip}
      className={classes.chip}
      data-client-id={client.id}
      data-selected={isSelected || undefined}
      data-held={isHeld || undefined}
      data-contacted={client.contacted || undefined}
      aria-label={client.name}
      onKeyDown={onKeyDown}
    >
      {client.contacted ? (
        <IconCheck size={16} className={classes.done} aria-label={t('floor.states.contacted')} />
      ) : (
        <input
          type="checkbox"
          aria-label={t('floor.select', { name: client.name })}
          checked={isSelected}
          onChange={() => floorUi.toggle(client)}
        />
      )}
      <div className={classes.text}>
        <Link to={{ search: address.toString() }} className={classes.name} draggable={false}>
          {client.name}
        </Link>
        <span className={classes.facts}>
          {client.placed_by_hand && (
            <IconHandStop size={12} aria-label={t('floor.byHand')} className={classes.hand} />
          )}
          {client.contacted && client.outcome
            ? t(`floor.outcomes.${client.outcome}`)
            : [client.region, formats.moneyRound(client.total_spent)].filter(Boolean).join(' · ')}
        </span>
      </div>
      <Days client={client} />
      {!client.contacted && (
        <ActionIcon
          className={classes.menu}
          variant="subtle"
          color="gray"
          size={26}
          aria-label={t('floor.chipMenu', { name: client.name })}
          aria-haspopup="menu"
          onClick={(event) => openMenu(event.currentTarget)}
        >
          <IconDots size={16} />
        </ActionIcon>
      )}
    </article>
  );
});
