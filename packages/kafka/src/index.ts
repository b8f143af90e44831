export { type KafkaSourceOptions, kafkaSource } from './source.ts';
