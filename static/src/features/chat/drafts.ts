import { createDrafts } from '@/ui/talk/drafts';

export const { useDrafts, loadDrafts, writeDraft } = createDrafts('balcao.chat.drafts');
