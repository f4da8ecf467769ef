// One record of the trail, whole, to read and to take.

import Modal from '@cloudscape-design/components/modal';
import type { RecordRow } from '../../api/admin-answers.ts';
import { TextFile } from '../../parts/text-file.tsx';

/** Open as long as it is rendered. */
export function RecordDialog({ record, onClose }: { record: RecordRow; onClose: () => void }) {
  const name = `${record.shard}-${record.seq}`;
  return (
    <Modal
      visible
      size="large"
      header={`Record ${record.shard}/${record.seq}`}
      closeAriaLabel="Close the record"
      onDismiss={onClose}
    >
      <TextFile
        title={record.event.type}
        name={`record-${name}.json`}
        text={`${JSON.stringify(record, undefined, 2)}\n`}
        type="application/json"
      />
    </Modal>
  );
}
