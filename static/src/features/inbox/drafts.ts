import { createDrafts } from '@/ui/talk/drafts';

export const { useDrafts, loadDrafts, writeDraft } = createDrafts('balcao.inbox.drafts');

/** What is written to the customer and what to colleagues are two drafts. */
export const draftOf = (conversationId: string, isNote: boolean): string =>
  isNote ? `${conversationId}:note` : conversationId;
