import { ActionIcon, Anchor, Button, Menu, Skeleton, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconArrowMerge, IconDots, IconPencil, IconTrash } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';
import { Problem } from '@/api/problem';
import { useMayI } from '@/api/queries';
import type { Contact } from '@/api/types';
import { type Command, useCommands, useShortcuts } from '@/ui/commands';
import { Delayed } from '@/ui/delayed';
import { BackLink } from '@/ui/details';
import details from '@/ui/details.module.css';
import { EmptyState, LoadError } from '@/ui/empty-state';
import { notify } from '@/ui/notify';
import { Page } from '@/ui/page';
import { useContact, useDuplicates, useLiveContacts } from './api';
import { ContactActivity } from './components/contact-activity';
import { ContactConversations } from './components/contact-conversations';
import { ContactFacts } from './components/contact-facts';
import { ContactForm } from './components/contact-form';
import { ContactLeads } from './components/contact-leads';
import classes from './components/contacts.module.css';
import { DeleteContact } from './components/delete-contact';
import { MergeDialog } from './components/merge-dialog';
import { Purchases } from './components/purchases';
import { SellerCalls } from './components/seller-calls';

export default function ContactScreen() {
  const { t } = useTranslation();
  const { contactId = '' } = useParams();
  useLiveContacts();
  const contact = useContact(contactId);

  if (contact.isPending) {
    return (
      <Delayed>
        <Page title={t('contacts.loading')}>
          <Skeleton height={320} radius="md" />
        </Page>
      </Delayed>
    );
  }
  // Somebody else may have deleted or merged the contact while it is looked at.
  if (contact.error instanceof Problem && [400, 404].includes(contact.error.status)) {
    return (
      <EmptyState
        title={t('contacts.goneTitle')}
        hint={t('contacts.goneHint')}
        action={
          <Button component={Link} to="/contacts">
            {t('contacts.all')}
          </Button>
        }
      />
    );
  }
  if (!contact.data) return <LoadError error={contact.error} retry={() => void contact.refetch()} />;
  return <Details key={contactId} contact={contact.data} />;
}

function Details({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const mayWrite = useMayI('contacts.write');
  const mayManage = useMayI('contacts.manage');
  const mayReadLeads = useMayI('boards.read');
  const mayTalk = useMayI('conversations.use');
  const maySeeFloor = useMayI('floor.read');
  const [params, setParams] = useSearchParams();
  const [deleting, question] = useDisclosure();
  const [merging, setMerging] = useState<{ otherId: string | null } | null>(null);
  const editing = params.has('edit') && mayWrite;
  const edit = useMemo(() => () => setParams({ edit: '' }), [setParams]);
  const close = () => setParams({}, { replace: true });

  const commands = useMemo<Command[]>(() => {
    const group = t('palette.actions');
    const label = t('contacts.editTitle', { name: contact.name });
    return mayWrite ? [{ id: 'edit-contact', group, label, run: edit }] : [];
  }, [mayWrite, t, edit, contact.name]);
  useCommands('contact', commands);
  useShortcuts(
    t('contacts.one'),
    mayWrite ? [{ keys: 'E', key: 'e', label: t('common.edit'), run: edit }] : [],
  );

  return (
    <>
      <Page
        title={contact.name}
        back={<BackLink to="/contacts">{t('contacts.title')}</BackLink>}
        actions={
          <>
            {mayManage && <More onMerge={() => setMerging({ otherId: null })} onDelete={question.open} />}
            {mayWrite && (
              <Button leftSection={<IconPencil size={16} stroke={1.7} />} onClick={edit}>
                {t('common.edit')}
              </Button>
            )}
          </>
        }
      >
        {mayManage && <MayBeTheSame contact={contact} onMerge={(otherId) => setMerging({ otherId })} />}
        <div className={details.columns}>
          <div>
            <Purchases contact={contact} />
            {mayReadLeads && <ContactLeads contactId={contact.id} />}
            {mayTalk && <ContactConversations contactId={contact.id} />}
            {maySeeFloor && <SellerCalls contactId={contact.id} />}
            <ContactActivity contactId={contact.id} />
          </div>
          <div>
            <ContactFacts contact={contact} />
          </div>
        </div>
      </Page>
      <ContactForm
        opened={editing}
        contact={contact}
        onClose={close}
        onSaved={() => {
          notify.done(t('common.saved'));
          close();
        }}
      />
      <DeleteContact
        opened={deleting}
        contact={contact}
        onClose={question.close}
        onDeleted={() => {
          notify.done(t('contacts.deleted', { name: contact.name }));
          navigate('/contacts', { replace: true });
        }}
        onMerge={() => {
          question.close();
          setMerging({ otherId: null });
        }}
      />
      <MergeDialog
        opened={merging !== null}
        contact={contact}
        otherId={merging?.otherId ?? null}
        onClose={() => setMerging(null)}
        onMerged={(kept) => {
          setMerging(null);
          notify.done(t('contacts.merged', { name: kept.name }));
          navigate(`/contacts/${kept.id}`, { replace: true });
        }}
      />
    </>
  );
}

function More({ onMerge, onDelete }: { onMerge(): void; onDelete(): void }) {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Tooltip label={t('common.more')}>
          <ActionIcon size={36} variant="default" aria-label={t('common.more')}>
            <IconDots size={17} stroke={1.7} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconArrowMerge size={16} />} onClick={onMerge}>
          {t('contacts.merge')}
        </Menu.Item>
        <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={onDelete}>
          {t('common.delete')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Others of the same name or e-mail, for whoever may make one of them. */
function MayBeTheSame({ contact, onMerge }: { contact: Contact; onMerge(otherId: string): void }) {
  const { t } = useTranslation();
  const { id, name, email } = contact;
  // A single word, like that of visitors who have not told their name, is many people's.
  const isTelling = /\S\s+\S/.test(name);
  const found = useDuplicates({ ...(isTelling && { name }), ...(email && { email }) }, id);
  if (found.length === 0) return null;
  return (
    <section className={classes.mayBe} aria-label={t('contacts.looksLike', { count: found.length })}>
      <strong>{t('contacts.looksLike', { count: found.length })}</strong>
      {found.slice(0, 3).map(({ contact: other, matches }) => (
        <span key={other.id}>
          <Anchor component={Link} to={`/contacts/${other.id}`} inherit>
            {other.name}
          </Anchor>{' '}
          ({matches.map((match) => t(`contacts.matches.${match}`)).join(', ')}){' '}
          <Button size="compact-xs" variant="default" onClick={() => onMerge(other.id)}>
            {t('contacts.mergeConfirm')}
          </Button>
        </span>
      ))}
    </section>
  );
}
