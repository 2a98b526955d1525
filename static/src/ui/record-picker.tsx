/** The field in which one writes a name and may pick the record of that name: what all pickers of records look like. */
import { ActionIcon, Combobox, type ComboboxStore, Loader, TextInput, Tooltip } from '@mantine/core';
import { IconExternalLink, IconPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import classes from './record-picker.module.css';

interface Props<T extends { id: string; name: string }> {
  combobox: ComboboxStore;
  label: string;
  required?: boolean | undefined;
  written: string;
  /** The record that was picked, if one was. */
  pickedId: string | null;
  found: T[];
  /** What tells a record from others of its name. */
  more(record: T): string;
  isBusy: boolean;
  /** For whoever may not see the list it is a plain field. */
  isPlain: boolean;
  create: { label: string; run(): void } | null;
  icon: ReactNode;
  open: { to: string; label: string };
  error?: ReactNode;
  description?: ReactNode;
  onWrite(text: string | null): void;
  onPick(record: T): void;
}

const CREATE = 'create';

export function RecordPicker<T extends { id: string; name: string }>(props: Props<T>) {
  const { combobox, label, required, written, pickedId, found, create, isBusy, error, description } = props;
  return (
    <Combobox
      store={combobox}
      disabled={props.isPlain}
      onOptionSubmit={(value) => {
        combobox.closeDropdown();
        const record = found.find(({ id }) => id === value);
        if (record) props.onPick(record);
        else if (value === CREATE) create?.run();
      }}
    >
      <Combobox.Target>
        <TextInput
          label={label}
          required={required}
          autoComplete="off"
          maxLength={200}
          error={error}
          description={description}
          value={written}
          leftSection={pickedId && <span className={classes.linked}>{props.icon}</span>}
          rightSection={isBusy ? <Loader size={14} /> : pickedId && <OpenRecord {...props.open} />}
          onChange={(event) => {
            props.onWrite(event.currentTarget.value || null);
            combobox.openDropdown();
            combobox.updateSelectedOptionIndex();
          }}
          onClick={() => combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={found.length === 0 && !create}>
        <Combobox.Options aria-label={label} className={classes.options}>
          {found.map((record) => (
            <Combobox.Option key={record.id} value={record.id} active={record.id === pickedId}>
              {record.name}
              {props.more(record) && <span className={classes.more}>{props.more(record)}</span>}
            </Combobox.Option>
          ))}
          {create && (
            <Combobox.Option value={CREATE} className={classes.create}>
              <IconPlus size={15} aria-hidden />
              {create.label}
            </Combobox.Option>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

function OpenRecord({ to, label }: { to: string; label: string }) {
  return (
    <Tooltip label={label}>
      <ActionIcon component={Link} to={to} variant="subtle" color="gray" size="sm" aria-label={label}>
        <IconExternalLink size={16} stroke={1.7} />
      </ActionIcon>
    </Tooltip>
  );
}
