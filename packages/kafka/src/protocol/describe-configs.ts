import type { Api } from './api.ts';

/** As Kafka numbers what can have a configuration. */
const RESOURCE_TYPES = { topic: 2, broker: 4 } as const;

interface DescribeConfigsRequest {
  readonly type: keyof typeof RESOURCE_TYPES;
  /** Name of the topic, or node id of a broker, which only that broker answers. */
  readonly name: string;
  readonly keys: readonly string[];
}

interface DescribeConfigsResponse {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  /** Null: not to be told, as it is secret. */
  readonly values: ReadonlyMap<string, string | null>;
}

/** Settings as they are in force, defaults included. */
export const describeConfigs: Api<DescribeConfigsRequest, DescribeConfigsResponse> = {
  key: 32,
  name: 'DescribeConfigs',
  versions: { min: 4, max: 4 },
  encode(writer, { type, name, keys }) {
    writer.compactArray([name], () => {
      writer.int8(RESOURCE_TYPES[type]);
      writer.compactString(name);
      writer.compactArray(keys, (key) => writer.compactString(key));
      writer.noTags();
    });
    writer.boolean(false); // include_synonyms
    writer.boolean(false); // include_documentation
    writer.noTags();
  },
  decode(reader) {
    reader.int32(); // throttle_time_ms
    const [result] = reader.compactArray(() => {
      const errorCode = reader.int16();
      const errorMessage = reader.nullableCompactString();
      reader.int8(); // resource_type
      reader.compactString(); // resource_name
      const values = new Map(
        reader.compactArray((): [string, string | null] => {
          const entry: [string, string | null] = [reader.compactString(), reader.nullableCompactString()];
          reader.boolean(); // read_only
          reader.int8(); // config_source
          reader.boolean(); // is_sensitive
          reader.compactArray(() => {
            reader.compactString();
            reader.nullableCompactString();
            reader.int8();
            reader.tags();
          });
          reader.int8(); // config_type
          reader.nullableCompactString(); // documentation
          reader.tags();
          return entry;
        }),
      );
      reader.tags();
      return { errorCode, errorMessage, values };
    });
    return result ?? { errorCode: -1, errorMessage: 'the broker answered about nothing', values: new Map() };
  },
};
