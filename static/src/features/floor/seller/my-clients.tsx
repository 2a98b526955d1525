import { Button, SegmentedControl, Skeleton, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useLiveState } from '@/live/react';
import { Delayed } from '@/ui/delayed';
import { EmptyState, LoadError } from '@/ui/empty-state';
import { describeError } from '@/ui/errors';
import { notify } from '@/ui/notify';
import { useTitle } from '@/ui/title';
import { useConversations, useMyStats, useSellers } from '../api';
import { ClientDrawer } from '../components/client-drawer';
import type { Client } from '../types';
import { ClientCard } from './client-card';
import { type Contact, ContactSheet } from './contact-sheet';
import classes from './my-clients.module.css';
import { PresenceMenu, usePause } from './presence';
import { Today } from './today';
import { type MyNews, useMine } from './use-mine';
import { soughtIn } from './view';

/** From so many clients on they can be searched. */
const SEARCH_FROM = 6;
const CARD_HEIGHT = 190;

type Tab = 'waiting' | 'contacted';

/** A seller's own clients, the most urgent first: a stack to work through, on the phone above all. */
export default function MyClients({ me }: { me: { id: string } }) {
  const { t } = useTranslation();
  const { view, waiting, lost, send, unsent, news } = useMine(me.id);
  const stats = useMyStats(me.id).data;
  const seller = useSellers().data?.find(({ id }) => id === me.id);
  const [params, setParams] = useSearchParams();
  const [tab, setTab] = useState<Tab>('waiting');
  const [text, setText] = useState('');
  const [asked, setAsked] = useState<{ client: Client; begun?: Contact } | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  useTitle(t('floor.mine.title'));

  const contact = useCallback(
    (client: Client, said: Contact = { outcome: null, notes: '' }) => {
      const { outcome } = said;
      const notes = said.notes.trim();
      const data = { client_id: client.id, ...(outcome && { outcome }), ...(notes && { notes }) };
      send('contacted', data).catch((error: unknown) => {
        notify.failed(t('floor.mine.notMarked', { name: client.name }), describeError(error, t), {
          label: t('common.retry'),
          // What was written is there again.
          run: () => setAsked({ client, begun: said }),
        });
      });
    },
    [send, t],
  );
  const mark = useCallback(
    (client: Client) => {
      contact(client);
      notify.done(t('floor.mine.marked', { name: client.name }), {
        label: t('floor.mine.tellOutcome'),
        run: () => setAsked({ client: { ...client, contacted: true } }),
      });
    },
    [contact, t],
  );
  const ask = useCallback((client: Client) => setAsked({ client }), []);

  const list = tab === 'waiting' ? view.waiting : view.contacted;
  const shown = useMemo(() => soughtIn(list, text), [list, text]);
  const clientId = params.get('client');
  const opened = [...view.waiting, ...view.contacted].find(({ id }) => id === clientId);

  return (
    <div ref={scroller} className={classes.screen}>
      <div className={classes.inner}>
        <header className={classes.head}>
          <h1>{t('floor.mine.title')}</h1>
          <PresenceMenu meId={me.id} seller={seller} waiting={view.waitingCount} />
        </header>
        <Today view={view} countedToday={stats?.contacted_today ?? 0} />
        <Arrivals news={news} />
        <SegmentedControl
          fullWidth
          size="md"
          aria-label={t('floor.mine.which')}
          value={tab}
          onChange={(value) => setTab(value as Tab)}
          data={[
            { value: 'waiting', label: t('floor.mine.waiting', { count: view.waitingCount }) },
            { value: 'contacted', label: t('floor.mine.contacted', { count: view.contactedCount }) },
          ]}
        />
        {(list.length >= SEARCH_FROM || text) && (
          <TextInput
            type="search"
            size="md"
            aria-label={t('floor.mine.search')}
            placeholder={t('floor.mine.search')}
            leftSection={<IconSearch size={16} />}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        )}
        {lost ? (
          <EmptyState title={t('floor.mine.lost')} hint={t('floor.mine.lostHint')} />
        ) : waiting.isLoadingError && list.length === 0 ? (
          <LoadError error={waiting.error} retry={() => void waiting.refetch()} />
        ) : waiting.isPending && list.length === 0 ? (
          <Delayed>
            {[0, 1, 2].map((index) => (
              <Skeleton key={index} height={170} radius="md" />
            ))}
          </Delayed>
        ) : shown.length === 0 ? (
          <Nothing tab={tab} searching={text !== ''} meId={me.id} paused={seller?.is_paused ?? false} />
        ) : (
          <Stack
            clients={shown}
            scroller={scroller}
            fresh={news?.came}
            card={(client, isFresh) => (
              <Card
                client={client}
                isFresh={isFresh}
                isUnsent={unsent.has(client.id)}
                onContacted={mark}
                onAsk={ask}
              />
            )}
          />
        )}
      </div>
      <ContactSheet
        asked={asked}
        onClose={() => setAsked(null)}
        onSave={(client, said) => {
          contact(client, said);
          setAsked(null);
          notify.done(
            t(client.contacted ? 'floor.mine.corrected' : 'floor.mine.marked', { name: client.name }),
          );
        }}
      />
      <ClientDrawer
        clientId={clientId}
        client={opened}
        onClose={() => {
          const next = new URLSearchParams(params);
          next.delete('client');
          setParams(next, { replace: true });
        }}
      />
    </div>
  );
}

interface CardProps {
  client: Client;
  isFresh: boolean;
  isUnsent: boolean;
  onContacted(client: Client): void;
  onAsk(client: Client): void;
}

function Card(props: CardProps) {
  const { status } = useLiveState();
  const conversations = useConversations().data;
  return (
    <ClientCard
      {...props}
      isAway={status !== 'live'}
      conversationId={conversations?.get(props.client.id) ?? null}
    />
  );
}

interface StackProps {
  clients: readonly Client[];
  scroller: React.RefObject<HTMLDivElement | null>;
  fresh: MyNews['came'] | undefined;
  card(client: Client, isFresh: boolean): ReactNode;
}

function Stack({ clients, scroller, fresh, card }: StackProps) {
  const list = useRef<HTMLUListElement>(null);
  const rows = useVirtualizer({
    count: clients.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => CARD_HEIGHT,
    getItemKey: (index) => clients[index]?.id ?? index,
    overscan: 4,
    scrollMargin: list.current?.offsetTop ?? 0,
  });
  return (
    <ul ref={list} className={classes.stack} style={{ height: rows.getTotalSize() }}>
      {rows.getVirtualItems().map((item) => {
        const client = clients[item.index];
        if (!client) return null;
        return (
          <li
            key={item.key}
            ref={rows.measureElement}
            data-index={item.index}
            aria-setsize={clients.length}
            aria-posinset={item.index + 1}
            style={{ transform: `translateY(${item.start - rows.options.scrollMargin}px)` }}
          >
            {card(client, fresh?.has(client.id) ?? false)}
          </li>
        );
      })}
    </ul>
  );
}

/** A quiet word about what came and went. */
function Arrivals({ news }: { news: MyNews | null }) {
  const { t } = useTranslation();
  const came = news?.came.size ?? 0;
  const went = news?.went ?? 0;
  return (
    <p role="status" className={classes.news} data-shown={came + went > 0 || undefined}>
      {[came > 0 && t('floor.mine.came', { count: came }), went > 0 && t('floor.mine.went', { count: went })]
        .filter(Boolean)
        .join(' ')}
    </p>
  );
}

interface NothingProps {
  tab: Tab;
  searching: boolean;
  meId: string;
  paused: boolean;
}

function Nothing({ tab, searching, meId, paused }: NothingProps) {
  const { t } = useTranslation();
  const pause = usePause(meId);
  if (searching) return <EmptyState title={t('floor.noMatchTitle')} hint={t('floor.noMatchHint')} />;
  if (tab === 'contacted') {
    return <EmptyState title={t('floor.mine.noneContacted')} hint={t('floor.mine.noneContactedHint')} />;
  }
  if (paused) {
    return (
      <EmptyState
        title={t('floor.mine.pausedTitle')}
        hint={t('floor.mine.pausedHint')}
        action={
          <Button size="md" loading={pause.isPending} onClick={() => pause.mutate(false)}>
            {t('floor.mine.resume')}
          </Button>
        }
      />
    );
  }
  return <EmptyState title={t('floor.mine.noneWaiting')} hint={t('floor.mine.noneWaitingHint')} />;
}
