import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { floorUi, useFloorUi } from '../store';
import classes from './floor.module.css';

/** What can be done with the clients that are selected. */
export function SelectionBar() {
  const { t } = useTranslation();
  const selected = useFloorUi((ui) => ui.selected);
  if (selected.size === 0) return null;
  return (
    <div className={classes.selection} role="toolbar" aria-label={t('floor.selection')}>
      <strong className="tabular">{t('floor.selected', { count: selected.size })}</strong>
      <Button
        size="compact-sm"
        aria-haspopup="menu"
        onClick={(event) => floorUi.openMenu([...selected.values()], event.currentTarget)}
      >
        {t('floor.moveToMenu')}
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => floorUi.set({ selected: new Map() })}>
        {t('floor.clearSelection')}
      </Button>
    </div>
  );
}
