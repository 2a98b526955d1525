import { useCombobox } from '@mantine/core';
import { IconUser } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useContactBrief, useContactSearch, useNameContact } from '@/api/contacts';
import { useMayI } from '@/api/queries';
import type { Contact } from '@/api/types';
import { describeError } from './errors';
import { notify } from './notify';
import { formatPhone } from './phone';
import { RecordPicker } from './record-picker';
import { plain } from './text';

interface Props {
  label: string;
  required?: boolean;
  /** What is written, be it the name of a contact of the list or not. */
  text: string | null;
  /** The contact of the list, where one was chosen. */
  contactId: string | null;
  onWrite(text: string | null): void;
  onPick(contact: Contact): void;
  /** Whether somebody new may be made of what is written. */
  offersNew?: boolean;
  /** One who cannot be meant. */
  except?: string;
  error?: ReactNode;
  description?: ReactNode;
}

/** A contact: one of the list, found by name, phone or e-mail while one types, a new one made on the spot, or just a name. */
export function ContactPicker(props: Props) {
  const { label, required, text, contactId, onWrite, onPick, error, description } = props;
  const { t } = useTranslation();
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const mayRead = useMayI('contacts.read');
  const mayCreate = useMayI('contacts.write') && (props.offersNew ?? true);
  const linkedName = useContactBrief(contactId && mayRead ? contactId : null)?.name;
  const written = text ?? (contactId ? (linkedName ?? '') : '');
  const search = useContactSearch(contactId ? '' : written, mayRead && combobox.dropdownOpened);
  const create = useNameContact();
  const found = (search.data ?? []).filter(({ id }) => id !== props.except);
  const name = written.trim();
  // A number or an address is looked for, and is nobody's name.
  const isName = /\p{L}/u.test(name) && !name.includes('@');
  const isKnown = contactId !== null || found.some((contact) => plain(contact.name) === plain(name));

  const make = () => {
    if (create.isPending) return;
    create.mutate(
      { name },
      {
        onSuccess: onPick,
        onError: (problem) => notify.failed(t('contactPicker.notMade', { name }), describeError(problem, t)),
      },
    );
  };
  return (
    <RecordPicker
      combobox={combobox}
      label={label}
      required={required}
      written={written}
      pickedId={contactId}
      found={found}
      more={({ phone, email }) => [phone && formatPhone(phone), email].filter(Boolean).join(' · ')}
      isBusy={create.isPending || (combobox.dropdownOpened && search.isFetching)}
      isPlain={!mayRead}
      create={
        mayCreate && isName && !isKnown && !search.isPlaceholderData
          ? { label: t('contactPicker.create', { name }), run: make }
          : null
      }
      icon={<IconUser size={16} stroke={1.8} />}
      open={{ to: `/contacts/${contactId}`, label: t('contactPicker.open', { name: linkedName ?? written }) }}
      error={error}
      description={description}
      onWrite={onWrite}
      onPick={onPick}
    />
  );
}
