package hourmill.druid;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings of each part: the {@code .properties} resources beside this class, in which {@code ${data}} is the data
 * directory and {@code ${port.NAME}} the system property {@code hourmill.port.NAME}. A system property {@code druid.*}
 * overrides the resources, in every service.
 */
record Settings(Path data) {
  private static final Pattern PLACE = Pattern.compile("\\$\\{(data|port\\.(\\w+))}");

  Properties ofService(String name) throws IOException {
    Properties settings = read("common");
    settings.putAll(read(name));
    System.getProperties().forEach((key, value) -> {
      if (key.toString().startsWith("druid.")) {
        settings.put(key, value);
      }
    });
    return settings;
  }

  Properties read(String name) throws IOException {
    Properties settings = new Properties();
    try (InputStream resource = Settings.class.getResourceAsStream(name + ".properties")) {
      settings.load(new InputStreamReader(resource, StandardCharsets.UTF_8));
    }
    settings.replaceAll((key, value) -> fill(value.toString()));
    return settings;
  }

  int portOf(String service) throws IOException {
    return Integer.parseInt(ofService(service).getProperty("druid.plaintextPort"));
  }

  private String fill(String value) {
    return PLACE.matcher(value).replaceAll(place ->
        Matcher.quoteReplacement(place.group(2) == null ? data.toString() : port(place.group(2))));
  }

  private static String port(String name) {
    String port = System.getProperty("hourmill.port." + name);
    if (port == null) {
      throw new IllegalArgumentException("Give a port: -Dhourmill.port." + name);
    }
    return port;
  }
}
