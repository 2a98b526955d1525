/** What somebody has written and not sent: it survives changing rooms and reloading. */
import { create } from 'zustand';

const keyOf = (userId: string) => `balcao.chat.drafts.${userId}`;

interface Drafts {
  userId: string | null;
  texts: Record<string, string>;
}

export const useDrafts = create<Drafts>(() => ({ userId: null, texts: {} }));

export function loadDrafts(userId: string): void {
  if (useDrafts.getState().userId === userId) return;
  let texts: Record<string, string> = {};
  try {
    texts = JSON.parse(localStorage.getItem(keyOf(userId)) ?? '{}') as Record<string, string>;
  } catch {
    // What cannot be read is no draft.
  }
  useDrafts.setState({ userId, texts });
}

export function writeDraft(roomId: string, text: string): void {
  const { userId, texts } = useDrafts.getState();
  const { [roomId]: _before, ...others } = texts;
  const next = text ? { ...others, [roomId]: text } : others;
  useDrafts.setState({ texts: next });
  if (userId === null) return;
  try {
    localStorage.setItem(keyOf(userId), JSON.stringify(next));
  } catch {
    // Without storage a draft lives as long as the page.
  }
}
