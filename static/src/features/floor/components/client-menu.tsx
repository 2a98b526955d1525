import { Menu } from '@mantine/core';
import { IconHistory, IconUserOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { PersonAvatar } from '@/ui/person-avatar';
import { floorUi, useFloorUi } from '../store';
import { type Client, NOBODY, type Seller } from '../types';
import type { MoveClients } from '../use-mover';
import classes from './floor.module.css';

/** One menu for all chips, opened at the button of one: where to move a client, or all that are selected. */
export function ClientMenu({ sellers, move }: { sellers: readonly Seller[]; move: MoveClients }) {
  const { t } = useTranslation();
  const menu = useFloorUi((ui) => ui.menu);
  if (!menu) return null;
  const { clients, anchor } = menu;
  const [first] = clients;
  const label =
    clients.length === 1 && first
      ? t('floor.chipMenu', { name: first.name })
      : t('floor.moveSelected', { count: clients.length });
  const close = () => {
    floorUi.set({ menu: null });
    if (first) document.querySelector<HTMLElement>(`[data-client-id="${first.id}"] a`)?.focus();
  };
  return (
    <Menu
      opened
      position="bottom-end"
      width={250}
      returnFocus={false}
      onClose={close}
      transitionProps={{ duration: 80 }}
    >
      <Menu.Target>
        <button
          type="button"
          tabIndex={-1}
          aria-label={label}
          className={classes.anchor}
          style={{ left: anchor.x, top: anchor.y, width: anchor.width, height: anchor.height }}
        />
      </Menu.Target>
      <Menu.Dropdown aria-label={label} className={classes.menu}>
        <Items clients={clients} sellers={sellers} move={move} />
      </Menu.Dropdown>
    </Menu>
  );
}

interface ItemsProps {
  clients: readonly Client[];
  sellers: readonly Seller[];
  move: MoveClients;
}

function Items({ clients, sellers, move }: ItemsProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const [only] = clients.length === 1 ? clients : [];
  const present = sellers.filter(({ is_online }) => is_online);
  const away = sellers.filter(({ is_online }) => !is_online);
  const entry = (seller: Seller) => (
    <Menu.Item
      key={seller.id}
      disabled={seller.id === only?.seller?.id}
      leftSection={<PersonAvatar person={{ id: seller.id, full_name: seller.name }} size={20} label="" />}
      rightSection={<small className="tabular">{seller.pending}</small>}
      onClick={() => move(clients, seller.id)}
    >
      {seller.name}
    </Menu.Item>
  );
  return (
    <>
      <Menu.Label>{only ? t('floor.moveTo') : t('floor.moveSelected', { count: clients.length })}</Menu.Label>
      {present.map(entry)}
      {away.length > 0 && <Menu.Label>{t('floor.away')}</Menu.Label>}
      {away.map(entry)}
      <Menu.Divider />
      <Menu.Item
        disabled={only && !only.seller}
        leftSection={<IconUserOff size={16} />}
        onClick={() => move(clients, NOBODY)}
      >
        {t('floor.release')}
      </Menu.Item>
      {only && (
        <Menu.Item
          leftSection={<IconHistory size={16} />}
          onClick={() => {
            const search = new URLSearchParams(params);
            search.set('client', only.id);
            navigate({ search: search.toString() });
          }}
        >
          {t('floor.openClient')}
        </Menu.Item>
      )}
    </>
  );
}
