import type { Api, BrokerVersions, VersionRange } from './api.ts';

interface ApiVersionsRequest {
  readonly software: string;
  readonly softwareVersion: string;
}

interface ApiVersionsResponse {
  readonly errorCode: number;
  readonly versions: BrokerVersions;
}

/**
 * What a broker speaks (KIP-35, KIP-511). It may be asked before authentication. A broker that does not know version 3
 * answers in version 0 with UNSUPPORTED_VERSION: `errorCode` is the first field in both.
 */
export const apiVersions: Api<ApiVersionsRequest, ApiVersionsResponse> = {
  key: 18,
  name: 'ApiVersions',
  versions: { min: 3, max: 3 },
  encode(writer, { software, softwareVersion }) {
    writer.compactString(software);
    writer.compactString(softwareVersion);
    writer.noTags();
  },
  decode(reader) {
    const errorCode = reader.int16();
    if (errorCode !== 0) return { errorCode, versions: new Map() };
    const versions = reader.compactArray((): [number, VersionRange] => {
      const entry: [number, VersionRange] = [reader.int16(), { min: reader.int16(), max: reader.int16() }];
      reader.tags();
      return entry;
    });
    return { errorCode, versions: new Map(versions) };
  },
};
