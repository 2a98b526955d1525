import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';

interface Action {
  label: string;
  run(): void;
}

/** Short messages in the corner. Bad news stays longer and is read out at once. */
export const notify = {
  done(message: string): void {
    notifications.show({ message, color: 'brand', autoClose: 3_500, withCloseButton: false });
  },
  failed(title: string, message: string, action?: Action): void {
    const id = notifications.show({
      title,
      message: action ? (
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
      ) : (
        message
      ),
      color: 'red',
      autoClose: action ? false : 9_000,
      role: 'alert',
    });
  },
};
