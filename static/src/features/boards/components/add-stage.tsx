import { Button, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOpenBoard } from '../use-board';
import classes from './board.module.css';

export function AddStage() {
  const { t } = useTranslation();
  const { actions } = useOpenBoard();
  const [opened, setOpened] = useState(false);
  const [name, setName] = useState('');

  const finish = (save: boolean) => {
    const text = name.trim();
    setName('');
    setOpened(false);
    if (save && text) actions.createStage(text);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') finish(true);
    if (event.key === 'Escape') {
      event.stopPropagation();
      finish(false);
    }
  };
  return (
    <div className={classes.addStage}>
      {opened ? (
        <TextInput
          autoFocus
          maxLength={80}
          aria-label={t('stage.name')}
          placeholder={t('stage.name')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          onBlur={() => finish(true)}
        />
      ) : (
        <Button
          fullWidth
          variant="subtle"
          color="gray"
          justify="flex-start"
          leftSection={<IconPlus size={16} />}
          onClick={() => setOpened(true)}
        >
          {t('stage.add')}
        </Button>
      )}
    </div>
  );
}
