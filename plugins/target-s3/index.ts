import { definePlugin } from '@kitwright/core/plugin';
import { createBucket } from './createBucket.ts';
import { createBucketLayout } from './createBucketLayout.ts';
import { parseLocation } from './parseLocation.ts';

/** `s3:BUCKET/PREFIX[:TAG]`: kits in a bucket, in the layout that any OCI tool reads. */
export default definePlugin({
  name: '@kitwright/target-s3',
  apiVersion: 1,
  apply({ register }) {
    register('target', {
      id: 's3',
      open: (location, _access, context) => {
        const { bucket, prefix, references } = parseLocation(location);
        return {
          target: createBucketLayout(createBucket(bucket, prefix, context), context),
          repository: '',
          references,
        };
      },
    });
  },
});
