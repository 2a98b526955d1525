import { Anchor, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useMayI } from '@/api/queries';
import type { Contact } from '@/api/types';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { describeError } from '@/ui/errors';
import { useFormats } from '@/ui/format';
import { useContactConversations, useDeleteContact } from '../api';

interface Props {
  opened: boolean;
  contact: Contact;
  onClose(): void;
  onDeleted(): void;
  onMerge(): void;
}

/** Says first what goes with the contact, and what stays without them. */
export function DeleteContact({ opened, contact, onClose, onDeleted, onMerge }: Props) {
  const { t } = useTranslation();
  const formats = useFormats();
  const maySeeConversations = useMayI('conversations.use');
  const conversations = useContactConversations(contact.id, opened && maySeeConversations);
  const remove = useDeleteContact(contact.id);
  const talked = conversations.data?.pages[0]?.total ?? 0;
  const close = () => {
    remove.reset();
    onClose();
  };
  return (
    <ConfirmDialog
      opened={opened}
      title={t('contacts.deleteTitle', { name: contact.name })}
      confirm={t('common.delete')}
      busy={remove.isPending}
      disabled={talked > 0 || (maySeeConversations && conversations.isPending)}
      error={remove.isError ? describeError(remove.error, t) : null}
      onClose={close}
      onConfirm={() => remove.mutate(undefined, { onSuccess: onDeleted })}
    >
      {talked > 0 ? (
        <Text size="md">
          {t('contacts.deleteTalked', { count: talked })}{' '}
          <Anchor component="button" type="button" inherit onClick={onMerge}>
            {t('contacts.merge')}
          </Anchor>
        </Text>
      ) : (
        <>
          <Text size="md">
            {contact.order_count > 0
              ? t('contacts.deleteOrders', {
                  count: contact.order_count,
                  total: formats.money(contact.total_spent),
                })
              : t('contacts.deleteNoOrders')}
          </Text>
          <Text size="md">{t('contacts.deleteLeads')}</Text>
          <Text size="sm" c="dimmed">
            {t('contacts.deleteForGood')}
          </Text>
        </>
      )}
    </ConfirmDialog>
  );
}
