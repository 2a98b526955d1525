import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import i18next from 'i18next';
import { newId } from './new-id';

interface Action {
  label: string;
  run(): void;
}

function WithAction({ id, message, action }: { id: string; message: string; action: Action }) {
  return (
    <>
      {message}
      <Button
        size="compact-xs"
        variant="default"
        mt={6}
        display="block"
        onClick={() => {
          notifications.hide(id);
          action.run();
        }}
      >
        {action.label}
      </Button>
    </>
  );
}

const closeButton = () => ({ 'aria-label': i18next.t('common.close') });

/** The message that offers something: one at a time, the next takes its place. */
let offered: string | null = null;

/** Short messages in the corner. Bad news stays longer and is read out at once. */
export const notify = {
  done(message: string, action?: Action): void {
    if (!action) {
      notifications.show({ message, color: 'brand', autoClose: 3_500, withCloseButton: false });
      return;
    }
    if (offered) notifications.hide(offered);
    const id = newId();
    offered = id;
    notifications.show({
      id,
      message: <WithAction id={id} message={message} action={action} />,
      color: 'brand',
      autoClose: 7_000,
      closeButtonProps: closeButton(),
    });
  },
  failed(title: string, message: string, action?: Action): void {
    const id = newId();
    notifications.show({
      id,
      title,
      message: action ? <WithAction id={id} message={message} action={action} /> : message,
      color: 'red',
      closeButtonProps: closeButton(),
      autoClose: action ? false : 9_000,
      role: 'alert',
    });
  },
};
