import { ActionIcon, Button, Menu } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAdjustments, IconArrowsShuffle, IconDots, IconRefresh } from '@tabler/icons-react';
import { lazy, type ReactNode, Suspense, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { type Command, useCommands, useShortcuts } from '@/ui/commands';
import { useFormats } from '@/ui/format';
import { useTitle } from '@/ui/title';
import { useSellers } from '../api';
import type { News } from '../use-floor-feed';
import { BeginCycle } from './begin-cycle';
import classes from './floor.module.css';
import { Redistribute } from './redistribute';

// Few open it, and seldom.
const Rules = lazy(async () => ({ default: (await import('./rules')).Rules }));

interface Props {
  last: { news: News; at: string } | null;
  children: ReactNode;
}

/** Title, ways between the three views, what can be done with the whole floor, and the last news. */
export function FloorFrame({ last, children }: Props) {
  const { t } = useTranslation();
  const [redistributing, redistribute] = useDisclosure();
  const [ruling, rules] = useDisclosure();
  const wasRuling = useRef(false);
  wasRuling.current ||= ruling;
  const [beginning, cycle] = useDisclosure();
  const sellers = useSellers().data;
  useTitle(t('floor.title'));

  const commands = useMemo<Command[]>(
    () => [
      {
        id: 'redistribute',
        group: t('palette.actions'),
        label: t('floor.redistribute'),
        run: redistribute.open,
      },
      { id: 'floor-rules', group: t('palette.actions'), label: t('floor.rules.title'), run: rules.open },
    ],
    [t, redistribute.open, rules.open],
  );
  useCommands('floor', commands);
  useShortcuts(t('floor.title'), [
    { keys: 'R', key: 'r', label: t('floor.redistribute'), run: redistribute.open },
    { keys: 'M', label: t('floor.shortcutMove') },
    { keys: 'X', label: t('floor.shortcutSelect') },
  ]);

  const online = sellers?.filter(({ is_online }) => is_online).length;
  return (
    <div className={classes.frame}>
      <header className={classes.head}>
        <div className={classes.heading}>
          <h1>{t('floor.title')}</h1>
          {online !== undefined && <span className="tabular">{t('floor.online', { count: online })}</span>}
        </div>
        <nav className={classes.tabs} aria-label={t('floor.views')}>
          <NavLink to="/floor" end>
            {t('floor.board')}
          </NavLink>
          <NavLink to="/floor/clients">{t('floor.allClients')}</NavLink>
          <NavLink to="/floor/performance">{t('floor.performance')}</NavLink>
        </nav>
        <LastNews last={last} />
        <div className={classes.actions}>
          <Button leftSection={<IconArrowsShuffle size={16} />} onClick={redistribute.open}>
            {t('floor.redistribute')}
          </Button>
          <Menu position="bottom-end" width={230}>
            <Menu.Target>
              <ActionIcon variant="default" size={34} aria-label={t('floor.more')}>
                <IconDots size={17} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<IconAdjustments size={15} />} onClick={rules.open}>
                {t('floor.rules.title')}
              </Menu.Item>
              <Menu.Item leftSection={<IconRefresh size={15} />} onClick={cycle.open}>
                {t('floor.cycle.begin')}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </div>
      </header>
      <div className={classes.body}>{children}</div>
      <Redistribute opened={redistributing} onClose={redistribute.close} />
      <Suspense>{wasRuling.current && <Rules opened={ruling} onClose={rules.close} />}</Suspense>
      <BeginCycle opened={beginning} onClose={cycle.close} />
    </div>
  );
}

function LastNews({ last }: { last: Props['last'] }) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <p className={classes.news} role="status">
      {last && (
        <>
          <time dateTime={last.at}>{formats.time(last.at)}</time> {told(last.news)}
        </>
      )}
    </p>
  );

  function told(news: News): string {
    switch (news.kind) {
      case 'dealt':
        return t('floor.news.dealt', { count: news.moved });
      case 'contacted':
        return news.client
          ? t('floor.news.contacted', { name: news.name, client: news.client })
          : t('floor.news.contactedSomebody', { name: news.name });
      default:
        return t(`floor.news.${news.kind}`, { name: news.name });
    }
  }
}
