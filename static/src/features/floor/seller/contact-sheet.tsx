import { Button, Chip, Drawer, Group, Text, Textarea } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Client, OUTCOMES, type Outcome } from '../types';
import classes from './my-clients.module.css';

export interface Contact {
  outcome: Outcome | null;
  notes: string;
}

/** What was being written when the sheet was put away, by client. */
const drafts = new Map<string, Contact>();

interface Props {
  asked: { client: Client; begun?: Contact } | null;
  onClose(): void;
  onSave(client: Client, contact: Contact): void;
}

/** What came of a contact, from the foot of the screen. */
export function ContactSheet({ asked, onClose, onSave }: Props) {
  const { t } = useTranslation();
  return (
    <Drawer
      opened={asked !== null}
      onClose={onClose}
      position="bottom"
      size="auto"
      title={asked?.client.name}
      classNames={{ content: classes.sheet ?? '' }}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {asked && (
        <SheetForm
          key={asked.client.id}
          client={asked.client}
          begun={asked.begun}
          onSave={(contact) => {
            drafts.delete(asked.client.id);
            onSave(asked.client, contact);
          }}
        />
      )}
    </Drawer>
  );
}

interface FormProps {
  client: Client;
  begun: Contact | undefined;
  onSave(contact: Contact): void;
}

function SheetForm({ client, begun, onSave }: FormProps) {
  const { t } = useTranslation();
  const [contact, setContact] = useState<Contact>(
    () => begun ?? drafts.get(client.id) ?? { outcome: client.outcome, notes: client.notes ?? '' },
  );
  useEffect(() => {
    drafts.set(client.id, contact);
  }, [client.id, contact]);
  return (
    <form
      className={classes.sheetForm}
      onSubmit={(event) => {
        event.preventDefault();
        onSave(contact);
      }}
    >
      <fieldset>
        <legend>{t('floor.mine.outcome')}</legend>
        <Group gap={8}>
          {OUTCOMES.map((outcome) => (
            <Chip
              key={outcome}
              size="md"
              checked={contact.outcome === outcome}
              onChange={(checked) => setContact({ ...contact, outcome: checked ? outcome : null })}
            >
              {t(`floor.outcomes.${outcome}`)}
            </Chip>
          ))}
        </Group>
      </fieldset>
      <Textarea
        label={t('floor.notes')}
        placeholder={t('floor.mine.notesPlaceholder')}
        size="md"
        autosize
        minRows={2}
        maxRows={8}
        maxLength={5_000}
        value={contact.notes}
        onChange={(event) => setContact({ ...contact, notes: event.currentTarget.value })}
      />
      <Text size="sm" c="dimmed">
        {t('floor.mine.cannotUndo')}
      </Text>
      <Button type="submit" size="md" fullWidth>
        {t(client.contacted ? 'common.save' : 'floor.mine.markContacted')}
      </Button>
    </form>
  );
}
