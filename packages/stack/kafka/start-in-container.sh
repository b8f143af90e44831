#!/bin/sh
# Starts the broker of docker-compose.yml: makes key, certificate and an empty log once, then runs Kafka's own scripts.
set -eu
kafka=/opt/kafka/bin
data=/var/lib/kafka/data
settings=/tmp/server.properties
cat /opt/hourmill/broker.properties /opt/hourmill/container.properties >"$settings"

if [ ! -f "$data/ca.pem" ]; then
  rm -f "$data/broker.p12"
  keytool -genkeypair -alias broker -keyalg EC -groupname secp256r1 -validity 3650 -dname CN=localhost \
    -ext SAN=dns:localhost,ip:127.0.0.1 -ext bc:c=ca:true \
    -storetype PKCS12 -keystore "$data/broker.p12" -storepass hourmill-local
  keytool -exportcert -rfc -alias broker -keystore "$data/broker.p12" -storepass hourmill-local -file "$data/ca.pem.new"
  mv "$data/ca.pem.new" "$data/ca.pem"
fi

if [ ! -f "$data/log/meta.properties" ]; then
  mkdir -p "$data/log"
  "$kafka/kafka-storage.sh" format --config "$settings" --cluster-id "$("$kafka/kafka-storage.sh" random-uuid)" \
    --add-scram 'SCRAM-SHA-256=[name=admin,password=admin-local]' \
    --add-scram 'SCRAM-SHA-512=[name=admin,password=admin-local]' \
    --add-scram 'SCRAM-SHA-256=[name=hourmill,password=hourmill-local]' \
    --add-scram 'SCRAM-SHA-512=[name=hourmill,password=hourmill-local]'
fi

exec "$kafka/kafka-server-start.sh" "$settings"
