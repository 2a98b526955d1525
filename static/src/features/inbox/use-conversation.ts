/** The open conversation: what of it is shown, how more of it comes, and everything one can do in it. */
import { useCallback, useMemo, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { usePeople, useSession } from '@/api/queries';
import type { Present } from '@/live/presence';
import { type LiveEntity, useLiveState, useTopic } from '@/live/react';
import { describeError } from '@/ui/errors';
import { newId } from '@/ui/new-id';
import { notify } from '@/ui/notify';
import { addFailed } from '@/ui/talk/failed';
import { type History, type Source, useHistory } from '@/ui/talk/use-history';
import { useMarkRead } from '@/ui/talk/use-mark-read';
import { fetchMessages } from './api';
import { conversationEntity, conversationTopic } from './entity';
import { changeMessages } from './reduce';
import { type Conversation, isUnsaved, type Message } from './types';

export type LiveConversation = LiveEntity<Conversation>;

export const useLiveConversation = (id: string): LiveConversation =>
  useTopic(conversationTopic(id), conversationEntity);

export function useConversationHistory(live: LiveConversation, id: string): History<Message> {
  const source = useMemo<Source<Message>>(
    () => ({
      fetch: (place) => fetchMessages(id, place),
      change: changeMessages,
      isUnsaved,
      canJump: false,
    }),
    [id],
  );
  return useHistory(live, source);
}

/** Only whose conversation it is reads it for the company: a glance of others tells the customer nothing. */
export function useMarkConversationRead({ state, send }: LiveConversation, isAtEnd: boolean): void {
  const me = useSession()?.user.id;
  const isMine = state !== null && state.assigned_user_id === me && state.status !== 'closed';
  const isUnread = isAtEnd && isMine && state.unread_count > 0;
  const last = isUnread ? state.messages.findLast((message) => !isUnsaved(message)) : null;
  useMarkRead(send, last?.id ?? null);
}

export interface Company {
  /** Colleagues who look at the conversation as well. */
  colleagues: Present[];
  /** The customer, where their page is open. */
  customer: Present | null;
}

/** Who else is there. */
export function useCompanyOf({ topic }: LiveConversation): Company {
  const present = useSyncExternalStore(topic.subscribePresent, topic.getPresent);
  const people = usePeople();
  const me = useSession()?.user.id;
  return useMemo(() => {
    const others = present.filter(({ user }) => user.id !== me);
    // Who is nobody of the company is the customer; that is known once the company is.
    const customer = people.size > 0 ? others.find(({ user }) => !people.has(user.id)) : undefined;
    return { customer: customer ?? null, colleagues: others.filter(({ user }) => people.has(user.id)) };
  }, [present, people, me]);
}

export interface Sending {
  /** Keeps what is refused, to be sent again. */
  say(command: 'send_message' | 'add_note', data: Record<string, unknown>): void;
}

export function useSending({ send }: LiveConversation, id: string): Sending {
  const { t } = useTranslation();
  return useMemo(
    () => ({
      say(command, data) {
        send(command, data).catch((error: unknown) =>
          addFailed(id, { id: newId(), command, data, reason: describeError(error, t) }),
        );
      },
    }),
    [send, id, t],
  );
}

export interface Deeds {
  /** The command that waits for its answer. */
  busy: string | null;
  /** Whose a conversation is, is decided with the server: not without a connection. */
  isAway: boolean;
  /** Whether it was accepted; without `refused` a refusal is told in the corner. */
  ask(name: string, data: Record<string, unknown>, refused?: (error: unknown) => void): Promise<boolean>;
}

export function useDeeds({ send }: LiveConversation): Deeds {
  const { t } = useTranslation();
  const { status } = useLiveState();
  const [busy, setBusy] = useState<string | null>(null);
  const ask = useCallback<Deeds['ask']>(
    async (name, data, refused) => {
      setBusy(name);
      try {
        await send(name, data);
        return true;
      } catch (error) {
        if (refused) refused(error);
        else notify.failed(t('inbox.refused'), describeError(error, t));
        return false;
      } finally {
        setBusy(null);
      }
    },
    [send, t],
  );
  return { busy, isAway: status !== 'live', ask };
}
