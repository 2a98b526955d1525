import { Modal } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useCompanySearch } from '@/api/companies';
import { useContactSearch } from '@/api/contacts';
import { useBoardNames, useMayI } from '@/api/queries';
import { type Command, useRegistry } from '@/ui/commands';
import { matches } from '@/ui/text';
import classes from './palette.module.css';

const MOST = 40;

/** Ctrl K: go to, create, and act on what is open. */
export function Palette({ opened, onClose }: { opened: boolean; onClose(): void }) {
  const { t } = useTranslation();
  return (
    <Modal.Root
      opened={opened}
      onClose={onClose}
      size={560}
      yOffset="12vh"
      centered={false}
      transitionProps={{ duration: 120 }}
    >
      <Modal.Overlay backgroundOpacity={0.45} />
      <Modal.Content aria-label={t('palette.title')}>
        <Finder onClose={onClose} />
      </Modal.Content>
    </Modal.Root>
  );
}

function Finder({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const listId = useId();
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const found = useFound(query);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new query starts at its first hit
  useEffect(() => setActive(0), [query]);
  useEffect(() => {
    list.current?.querySelector(`[data-index="${active}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [active]);

  const run = (command: Command | undefined) => {
    if (!command) return;
    onClose();
    // The closing dialog gives focus back first; what the command opens may take it then.
    requestAnimationFrame(() => command.run());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      setActive((index) => (index + step + found.length) % Math.max(found.length, 1));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(found[active]);
    }
  };

  return (
    <div>
      <div className={classes.field}>
        <IconSearch size={18} aria-hidden />
        <input
          data-autofocus
          role="combobox"
          aria-expanded
          aria-controls={listId}
          aria-activedescendant={found.length ? `${listId}-${active}` : undefined}
          aria-label={t('palette.title')}
          placeholder={t('palette.placeholder')}
          value={query}
          onChange={(event) => setQuery(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
      </div>
      <div ref={list} id={listId} role="listbox" aria-label={t('palette.title')} className={classes.list}>
        {found.map((command, index) => (
          <div key={command.id} role="presentation">
            {command.group !== found[index - 1]?.group && (
              <div className={classes.group} role="presentation">
                {command.group}
              </div>
            )}
            {/* Keys are handled by the field, which keeps the focus. */}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: see above */}
            {/* biome-ignore lint/a11y/useFocusableInteractive: see above */}
            <div
              id={`${listId}-${index}`}
              role="option"
              aria-selected={index === active}
              data-index={index}
              className={classes.option}
              onPointerMove={() => setActive(index)}
              onClick={() => run(command)}
            >
              {command.label}
            </div>
          </div>
        ))}
      </div>
      {found.length === 0 && <p className={classes.empty}>{t('palette.empty', { query })}</p>}
      <footer className={classes.hint}>{t('palette.hint')}</footer>
    </div>
  );
}

function useFound(query: string): Command[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const registered = useRegistry((registry) => registry.commands);
  const boards = useBoardNames();
  const mayReadCompanies = useMayI('companies.read');
  const mayReadContacts = useMayI('contacts.read');
  const isSearch = query.trim().length > 1;
  const companies = useCompanySearch(query, mayReadCompanies && isSearch).data;
  const contacts = useContactSearch(query, mayReadContacts && isSearch).data;
  return useMemo(() => {
    const goTo = t('palette.goTo');
    const toBoards: Command[] = boards.map(({ id, name }) => ({
      id: `board-${id}`,
      group: goTo,
      label: name,
      run: () => navigate(`/boards/${id}`),
    }));
    const { shell = [], ...screens } = registered;
    const all = [...toBoards, ...shell, ...Object.values(screens).flat()];
    // Without a query the many (leads) would bury the few (actions).
    const hits = all.filter((command) =>
      query ? matches(`${command.label} ${command.words ?? ''}`, query) : !command.words,
    );
    // The server has found them, by more than their names.
    for (const { id, name } of isSearch ? (companies ?? []) : []) {
      const run = () => navigate(`/companies/${id}`);
      hits.push({ id: `company-${id}`, group: t('nav.companies'), label: name, run });
    }
    for (const { id, name } of isSearch ? (contacts ?? []) : []) {
      const run = () => navigate(`/contacts/${id}`);
      hits.push({ id: `contact-${id}`, group: t('nav.contacts'), label: name, run });
    }
    const groups = [...new Set(hits.map((command) => command.group))];
    return groups.flatMap((group) => hits.filter((command) => command.group === group)).slice(0, MOST);
  }, [t, navigate, registered, boards, companies, contacts, isSearch, query]);
}
