package hourmill.druid;

import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.google.inject.Binder;
import java.util.List;
import org.apache.druid.guice.JsonConfigProvider;
import org.apache.druid.initialization.DruidModule;

/**
 * Puts the stand-ins in the place of Druid's Parquet and S3 extensions: the same type names in a task, the same runtime
 * properties. What they cannot do they refuse, so that a task which runs here means the same on a cluster.
 */
public final class StandIns implements DruidModule {
  @Override
  public void configure(Binder binder) {
    JsonConfigProvider.bind(binder, "druid.s3", S3Settings.class);
  }

  @Override
  public List<? extends Module> getJacksonModules() {
    SimpleModule types = new SimpleModule("hourmill stand-ins");
    types.registerSubtypes(new NamedType(ParquetInputFormat.class, "parquet"));
    types.registerSubtypes(new NamedType(S3InputSource.class, "s3"));
    return List.of(types);
  }
}
