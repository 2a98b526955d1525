/** What somebody has written and not sent: kept per person, it survives going elsewhere and reloading. */
import { create } from 'zustand';

interface Drafts {
  userId: string | null;
  texts: Record<string, string>;
}

export function createDrafts(name: string) {
  const keyOf = (userId: string) => `${name}.${userId}`;
  const useDrafts = create<Drafts>(() => ({ userId: null, texts: {} }));

  function loadDrafts(userId: string): void {
    if (useDrafts.getState().userId === userId) return;
    let texts: Record<string, string> = {};
    try {
      texts = JSON.parse(localStorage.getItem(keyOf(userId)) ?? '{}') as Record<string, string>;
    } catch {
      // What cannot be read is no draft.
    }
    useDrafts.setState({ userId, texts });
  }

  function writeDraft(place: string, text: string): void {
    const { userId, texts } = useDrafts.getState();
    const { [place]: _before, ...others } = texts;
    const next = text ? { ...others, [place]: text } : others;
    useDrafts.setState({ texts: next });
    if (userId === null) return;
    try {
      localStorage.setItem(keyOf(userId), JSON.stringify(next));
    } catch {
      // Without storage a draft lives as long as the page.
    }
  }
  return { useDrafts, loadDrafts, writeDraft };
}
