import { Input, SegmentedControl } from '@mantine/core';
import { useId } from 'react';

interface Props {
  label: string;
  description?: string;
  data: { value: string; label: string }[];
  value?: string;
  onChange?(value: string): void;
  disabled?: boolean;
}

/** One of few, all of them in sight, with a label as other fields have it. */
export function Choice({ label, description, data, value, onChange, disabled }: Props) {
  const id = useId();
  return (
    <div>
      <Input.Label component="div" id={id} mb={4} display="block">
        {label}
      </Input.Label>
      {description && <Input.Description mb={6}>{description}</Input.Description>}
      <SegmentedControl
        aria-labelledby={id}
        data={data}
        value={value}
        onChange={onChange}
        disabled={disabled}
        style={{ maxWidth: '100%' }}
      />
    </div>
  );
}
