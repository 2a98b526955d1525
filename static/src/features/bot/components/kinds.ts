import {
  IconArrowsSplit,
  IconClock,
  IconForms,
  IconListNumbers,
  IconMessage,
  IconPlayerStop,
  IconSparkles,
  IconTag,
  IconUser,
  IconVariable,
  IconWorld,
} from '@tabler/icons-react';
import type { Kind } from '../drawing';

export const KIND_ICONS: Record<Kind, typeof IconMessage> = {
  message: IconMessage,
  menu: IconListNumbers,
  question: IconForms,
  condition: IconArrowsSplit,
  hours: IconClock,
  set: IconVariable,
  tag: IconTag,
  http: IconWorld,
  ai: IconSparkles,
  handover: IconUser,
  close: IconPlayerStop,
};
