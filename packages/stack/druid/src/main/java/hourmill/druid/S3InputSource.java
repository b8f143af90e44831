package hourmill.druid;

import com.fasterxml.jackson.annotation.JacksonInject;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.druid.data.input.InputEntity;
import org.apache.druid.data.input.InputSplit;
import org.apache.druid.data.input.impl.CloudObjectInputSource;
import org.apache.druid.data.input.impl.CloudObjectLocation;
import org.apache.druid.data.input.impl.CloudObjectSplitWidget;
import org.apache.druid.data.input.impl.SplittableInputSource;
import org.apache.druid.data.input.impl.systemfield.SystemField;
import org.apache.druid.data.input.impl.systemfield.SystemFields;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * {@code "inputSource": {"type": "s3", "objects": [{"bucket": "b", "path": "p"}]}}, or {@code "uris": ["s3://b/p"]}: the
 * stand-in for the one of Druid's S3 extension, connected as {@link S3Settings} says. Prefixes, globs and connection
 * settings inside the task are refused when it is submitted. Where the official one tries again for minutes (wrong keys,
 * no server), this one fails the task at once.
 */
public final class S3InputSource extends CloudObjectInputSource {
  private static final String SCHEME = "s3";

  private final S3Settings s3;

  @JsonCreator
  public S3InputSource(
      @JacksonInject S3Settings s3,
      @JsonProperty("uris") List<URI> uris,
      @JsonProperty("prefixes") List<URI> prefixes,
      @JsonProperty("objects") List<CloudObjectLocation> objects) {
    super(SCHEME, uris, prefixes, objects, null, SystemFields.none());
    this.s3 = s3;
    refuse("prefixes", prefixes);
  }

  @JsonAnySetter
  void refuse(String property, Object value) {
    if (value != null && !(value instanceof Collection<?> list && list.isEmpty())) {
      throw new IllegalArgumentException("This s3 input source does not know " + property);
    }
  }

  @Override
  @JsonIgnore
  public Set<String> getTypes() {
    return Set.of(SCHEME);
  }

  @Override
  public SplittableInputSource<List<CloudObjectLocation>> withSplit(InputSplit<List<CloudObjectLocation>> split) {
    return new S3InputSource(s3, null, null, split.get());
  }

  @Override
  protected InputEntity createEntity(CloudObjectLocation object) {
    return new InputEntity() {
      @Override
      public URI getUri() {
        return object.toUri(SCHEME);
      }

      @Override
      public InputStream open() {
        return s3.client().getObject(get -> get.bucket(object.getBucket()).key(object.getPath()));
      }
    };
  }

  @Override
  protected CloudObjectSplitWidget getSplitWidget() {
    return new CloudObjectSplitWidget() {
      @Override
      public long getObjectSize(CloudObjectLocation object) throws IOException {
        try {
          return s3.client().headObject(head -> head.bucket(object.getBucket()).key(object.getPath())).contentLength();
        } catch (SdkException e) {
          throw new IOException("Cannot read " + object.toUri(SCHEME), e);
        }
      }

      @Override
      public Iterator<LocationWithSize> getDescriptorIteratorForPrefixes(List<URI> prefixes) {
        throw new UnsupportedOperationException("prefixes");
      }
    };
  }

  @Override
  public Object getSystemFieldValue(InputEntity entity, SystemField field) {
    throw new UnsupportedOperationException(field.toString());
  }
}
