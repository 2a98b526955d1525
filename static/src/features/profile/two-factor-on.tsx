import { Button, Code, CopyButton, Group, Loader, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { encode } from 'uqr';
import { api, ask } from '@/api/client';
import { keys } from '@/api/queries';
import { LoadError } from '@/ui/empty-state';
import { fieldErrors } from '@/ui/errors';
import { FormError } from '@/ui/form-error';
import classes from './two-factor.module.css';

/** Shows the app what it needs, sees that it shows the right code, and tells the recovery codes, this once. */
export default function TurnOn({ onClose }: { onClose(): void }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const [codes, setCodes] = useState<string[] | null>(null);
  const close = () => {
    onClose();
    if (codes) void cache.invalidateQueries({ queryKey: keys.me });
  };
  return (
    <Modal
      opened
      onClose={close}
      title={t(codes ? 'twoFactor.codesTitle' : 'twoFactor.title')}
      size={460}
      // The codes are not told again: a click beside them must not lose them.
      closeOnClickOutside={codes === null}
      closeOnEscape={codes === null}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {codes ? <RecoveryCodes codes={codes} onClose={close} /> : <SetUp onEnabled={setCodes} />}
    </Modal>
  );
}

function SetUp({ onEnabled }: { onEnabled(codes: string[]): void }) {
  const { t } = useTranslation();
  const setup = useQuery({
    queryKey: ['two-factor-setup'],
    queryFn: () => ask(api.POST('/api/v1/auth/2fa/setup', {})),
    // Each asking makes another secret: the one that is shown must be the one that counts.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnReconnect: false,
  });
  const form = useForm({
    initialValues: { otp: '' },
    validate: {
      otp: (value) => (/^\d{6}$/.test(value.replace(/\s/g, '')) ? null : t('twoFactor.sixDigits')),
    },
  });
  const enable = useMutation({
    mutationFn: ({ otp }: typeof form.values) =>
      ask(api.POST('/api/v1/auth/2fa/enable', { body: { otp: otp.replace(/\s/g, '') } })),
    meta: { provesPassword: true },
    onSuccess: ({ recovery_codes }) => onEnabled(recovery_codes),
    onError: (error) => form.setErrors(fieldErrors(error, t)),
  });
  if (setup.isError) return <LoadError error={setup.error} retry={() => void setup.refetch()} />;
  if (setup.isPending) {
    return (
      <Group justify="center" py="xl">
        <Loader aria-label={t('common.loading')} />
      </Group>
    );
  }
  return (
    <form noValidate onSubmit={form.onSubmit((values) => enable.mutate(values))}>
      <Stack gap="sm">
        <Text size="md">{t('twoFactor.scan')}</Text>
        <Qr text={setup.data.otpauth_url} />
        <Text size="sm" c="dimmed">
          {t('twoFactor.orType')}
        </Text>
        <Code className={classes.secret}>{inFours(setup.data.secret)}</Code>
        <TextInput
          data-autofocus
          label={t('twoFactor.code')}
          description={t('twoFactor.codeHint')}
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={8}
          {...form.getInputProps('otp')}
        />
        <FormError error={enable.error} />
        <Button type="submit" loading={enable.isPending}>
          {t('twoFactor.turnOn')}
        </Button>
      </Stack>
    </form>
  );
}

/** As people copy it: `JBSW Y3DP …` */
const inFours = (secret: string): string => secret.match(/.{1,4}/g)?.join(' ') ?? secret;

function Qr({ text }: { text: string }) {
  const { t } = useTranslation();
  const { data, size } = encode(text, { border: 2 });
  const path = data
    .flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')))
    .join('');
  return (
    <svg className={classes.qr} viewBox={`0 0 ${size} ${size}`} role="img" aria-label={t('twoFactor.qr')}>
      <path d={path} />
    </svg>
  );
}

function RecoveryCodes({ codes, onClose }: { codes: string[]; onClose(): void }) {
  const { t } = useTranslation();
  const text = codes.join('\n');
  return (
    <Stack gap="sm">
      <Text size="md">{t('twoFactor.codesHint')}</Text>
      <ul className={classes.codes} aria-label={t('twoFactor.codesTitle')}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <Group gap="xs">
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {t(copied ? 'twoFactor.copied' : 'twoFactor.copy')}
            </Button>
          )}
        </CopyButton>
        <Button
          variant="default"
          component="a"
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(`${text}\n`)}`}
          download={t('twoFactor.fileName')}
        >
          {t('twoFactor.download')}
        </Button>
        <Button ml="auto" onClick={onClose}>
          {t('twoFactor.kept')}
        </Button>
      </Group>
    </Stack>
  );
}
