import { Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useRegistry } from '@/ui/commands';
import classes from './shell.module.css';

/** The shortcuts of the present screen, opened with `?`. */
export function ShortcutsOverlay({ opened, onClose }: { opened: boolean; onClose(): void }) {
  const { t } = useTranslation();
  const sections = Object.values(useRegistry((registry) => registry.shortcuts));
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('shortcuts.title')}
      size={480}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {sections.map(({ title, list }) => (
        <section key={title} className={classes.keys}>
          <h2>{title}</h2>
          <dl>
            {list.map(({ keys, label }) => (
              <div key={keys}>
                <dt>{label}</dt>
                <dd>
                  <kbd>{keys}</kbd>
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Modal>
  );
}
