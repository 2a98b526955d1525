import { Button, Group, TextInput } from '@mantine/core';
import { IconBowl, IconLamp, IconMug, IconToolsKitchen2 } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useTitle } from '@/ui/title';
import { useWidget } from '@/ui/use-widget';
import classes from './shop.module.css';

const PRODUCTS = [
  ['vase', IconBowl],
  ['plates', IconToolsKitchen2],
  ['mug', IconMug],
  ['lamp', IconLamp],
] as const;

/** A page as somebody's customers see it, with the widget of the channel that the address names. */
export default function ShopScreen() {
  const { t, i18n } = useTranslation();
  useTitle(t('shop.title'));
  const [params, setParams] = useSearchParams();
  const channel = params.get('channel') ?? '';
  const [key, setKey] = useState(channel);
  useWidget(channel, { language: i18n.language });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setParams({ channel: key.trim() });
  };
  return (
    <main className={classes.shop}>
      <header>
        <h1>{t('shop.title')}</h1>
        <p>{t('shop.tagline')}</p>
      </header>
      <ul className={classes.products} aria-label={t('shop.products')}>
        {PRODUCTS.map(([name, Icon]) => (
          <li key={name}>
            <Icon size={56} stroke={1.2} aria-hidden />
            <strong>{t(`shop.items.${name}.name`)}</strong>
            <span className="tabular">{t(`shop.items.${name}.price`)}</span>
          </li>
        ))}
      </ul>
      <form onSubmit={submit}>
        <Group align="flex-end" gap="sm">
          <TextInput
            label={t('shop.channel')}
            description={t('shop.channelHint')}
            value={key}
            onChange={(event) => setKey(event.currentTarget.value)}
            autoComplete="off"
            spellCheck={false}
            className={classes.key}
          />
          <Button type="submit" disabled={!key.trim() || key.trim() === channel}>
            {t('shop.show')}
          </Button>
        </Group>
      </form>
      {channel && (
        <section>
          <p>{t('shop.snippet')}</p>
          <code
            className={classes.snippet}
          >{`<script src="${location.origin}/widget.js?channel=${encodeURIComponent(channel)}" async></script>`}</code>
        </section>
      )}
    </main>
  );
}
