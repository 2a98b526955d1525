import { IconDownload, IconFile } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Attachment } from '@/api/types';
import { fileSize } from './file-size';
import classes from './talk.module.css';

/** A file in a conversation: an image as such, anything else by its name and size. */
export function FileCard({ file }: { file: Attachment }) {
  const { i18n } = useTranslation();
  const [isBroken, setBroken] = useState(false);
  if (file.thumbnail_url && !isBroken) {
    return (
      <a href={file.url} target="_blank" rel="noopener noreferrer" className={classes.image}>
        <img src={file.thumbnail_url} alt={file.filename} loading="lazy" onError={() => setBroken(true)} />
      </a>
    );
  }
  return (
    <a href={file.url} target="_blank" rel="noopener noreferrer" className={classes.file}>
      <IconFile size={22} stroke={1.6} aria-hidden />
      <span className={classes.fileName}>{file.filename}</span>
      <span className={classes.fileSize}>{fileSize(file.size, i18n.language)}</span>
      <IconDownload size={16} aria-hidden />
    </a>
  );
}
