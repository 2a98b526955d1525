import { Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from './empty-state';

interface Props {
  children: ReactNode;
  /** A change of this (the address, usually) gives the screen another chance. */
  resetKey?: string;
}

/** Keeps a failing screen from taking the rest of the application with it. */
export class ErrorBoundary extends Component<Props, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override componentDidUpdate(previous: Props) {
    if (this.state.failed && previous.resetKey !== this.props.resetKey) this.setState({ failed: false });
  }

  override render() {
    return this.state.failed ? (
      <Failed retry={() => this.setState({ failed: false })} />
    ) : (
      this.props.children
    );
  }
}

function Failed({ retry }: { retry: () => void }) {
  const { t } = useTranslation();
  return (
    <div role="alert">
      <EmptyState
        title={t('errors.title')}
        hint={t('errors.hint')}
        action={
          <Button.Group>
            <Button onClick={retry}>{t('common.retry')}</Button>
            <Button variant="default" onClick={() => location.reload()}>
              {t('errors.reload')}
            </Button>
          </Button.Group>
        }
      />
    </div>
  );
}
