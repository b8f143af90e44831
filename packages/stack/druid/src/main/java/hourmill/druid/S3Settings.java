package hourmill.druid;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.net.URI;
import org.apache.druid.metadata.PasswordProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** Where S3 is and with which keys: the runtime properties {@code druid.s3.*}, named as in Druid's S3 extension. */
public final class S3Settings {
  @JsonProperty private PasswordProvider accessKey;
  @JsonProperty private PasswordProvider secretKey;
  @JsonProperty private String protocol = "https";
  @JsonProperty private boolean enablePathStyleAccess;
  @JsonProperty private Endpoint endpoint = new Endpoint();

  private S3Client client;

  private static final class Endpoint {
    @JsonProperty private String url;
    @JsonProperty private String signingRegion = "us-east-1";
  }

  /** The client is made when a task first asks for it: a Druid without S3 needs none of the properties. */
  synchronized S3Client client() {
    if (client == null) {
      client = connect();
    }
    return client;
  }

  private S3Client connect() {
    if (accessKey == null || secretKey == null || endpoint.url == null) {
      throw new IllegalStateException("Set druid.s3.endpoint.url, druid.s3.accessKey and druid.s3.secretKey");
    }
    String url = endpoint.url.contains("://") ? endpoint.url : protocol + "://" + endpoint.url;
    return S3Client.builder()
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .credentialsProvider(StaticCredentialsProvider.create(
            AwsBasicCredentials.create(accessKey.getPassword(), secretKey.getPassword())))
        .endpointOverride(URI.create(url))
        .region(Region.of(endpoint.signingRegion))
        .forcePathStyle(enablePathStyleAccess)
        .build();
  }
}
