import { Anchor, Skeleton } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useOutbox } from '@/api/mail';
import { useMayI } from '@/api/queries';
import type { components } from '@/api/schema';
import { Delayed } from '@/ui/delayed';
import { EmptyState, LoadError } from '@/ui/empty-state';
import { useFormats } from '@/ui/format';
import { Page } from '@/ui/page';
import classes from './outbox.module.css';
import { partsOf } from './text';

type KeptMail = components['schemas']['KeptMail'];

/** What would have been sent, where no mail server is set. */
export default function OutboxScreen() {
  const { t } = useTranslation();
  const may = useMayI('users.manage');
  return (
    <Page
      title={t('outbox.title')}
      narrow
      back={
        <Anchor component={Link} to="/settings" className={classes.back}>
          <IconArrowLeft size={15} aria-hidden />
          {t('nav.settings')}
        </Anchor>
      }
    >
      {may ? <Mails /> : <EmptyState title={t('errors.code.forbidden')} />}
    </Page>
  );
}

function Mails() {
  const { t } = useTranslation();
  const outbox = useOutbox({ watch: true });
  if (outbox.isLoadingError) {
    return <LoadError error={outbox.error} retry={() => void outbox.refetch()} />;
  }
  if (outbox.isPending) {
    return (
      <Delayed>
        <Skeleton height={160} radius="md" />
      </Delayed>
    );
  }
  const { is_sending, items } = outbox.data;
  if (is_sending) return <EmptyState title={t('outbox.sendingTitle')} hint={t('outbox.sendingHint')} />;
  if (items.length === 0) return <EmptyState title={t('outbox.emptyTitle')} hint={t('outbox.emptyHint')} />;
  return (
    <>
      <p className={classes.hint}>{t('outbox.hint')}</p>
      <ul className={classes.mails}>
        {items.map((mail, index) => (
          <Mail key={mail.id} mail={mail} isNewest={index === 0} />
        ))}
      </ul>
    </>
  );
}

function Mail({ mail, isNewest }: { mail: KeptMail; isNewest: boolean }) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <li>
      <details open={isNewest}>
        <summary>
          <strong>{mail.subject}</strong>
          <span className={classes.to}>{t('outbox.to', { name: mail.to_name, address: mail.to })}</span>
          <time dateTime={mail.at} title={formats.dateTime(mail.at)}>
            {formats.relative(mail.at)}
          </time>
        </summary>
        <p className={classes.text}>
          {partsOf(mail.text).map(({ text, href }, index) =>
            href ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: a kept mail never changes
              <Anchor key={index} href={href} underline="always">
                {text}
              </Anchor>
            ) : (
              text
            ),
          )}
        </p>
      </details>
    </li>
  );
}
