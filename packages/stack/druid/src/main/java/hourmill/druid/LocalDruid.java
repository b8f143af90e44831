package hourmill.druid;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.druid.cli.CliBroker;
import org.apache.druid.cli.CliCoordinator;
import org.apache.druid.cli.CliHistorical;
import org.apache.druid.cli.CliIndexer;
import org.apache.druid.cli.ServerRunnable;
import org.apache.druid.guice.StartupInjectorBuilder;
import org.apache.zookeeper.server.ServerConfig;
import org.apache.zookeeper.server.ZooKeeperServerMain;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig;

/**
 * A whole Druid in one JVM: ZooKeeper, Coordinator with Overlord, Indexer, Historical and Broker, with a Derby metadata
 * store and deep storage on local disk. Usage: {@code LocalDruid DATA_DIR}, settings as in {@link Settings}.
 *
 * <p>It ends with code 1 when any part fails to start, and, with the same code, within about a second of SIGTERM.
 */
public final class LocalDruid {
  private static final Duration STOPPING = Duration.ofSeconds(1);

  private LocalDruid() {}

  public static void main(String[] args) throws Exception {
    Settings settings = new Settings(Files.createDirectories(Path.of(args[0])).toRealPath());
    Runtime.getRuntime().addShutdownHook(new Thread(LocalDruid::endSoon));
    start("zookeeper", () -> runZooKeeper(settings));
    // In this order: a service that lists servers sleeps for five seconds when it meets one that it has not heard from
    // yet. The Coordinator lists all others, the Broker those that hold data.
    startService(settings, "coordinator", new CliCoordinator());
    awaitListener(settings.portOf("coordinator"));
    startService(settings, "broker", new CliBroker());
    awaitListener(settings.portOf("broker"));
    startService(settings, "historical", new CliHistorical());
    startService(settings, "indexer", new CliIndexer());
  }

  private static void awaitListener(int port) throws InterruptedException {
    while (true) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return;
      } catch (IOException notYet) {
        Thread.sleep(50);
      }
    }
  }

  private static void startService(Settings settings, String name, ServerRunnable service) {
    start(name, () -> runService(settings, name, service));
  }

  private static void runZooKeeper(Settings settings) throws Exception {
    QuorumPeerConfig quorum = new QuorumPeerConfig();
    quorum.parseProperties(settings.read("zookeeper"));
    ServerConfig config = new ServerConfig();
    config.readFrom(quorum);
    new ZooKeeperServerMain().runFromConfig(config);
  }

  /** What Druid's own Main does with a service, with settings that do not come from property files. */
  private static void runService(Settings settings, String name, ServerRunnable service) throws Exception {
    new StartupInjectorBuilder()
        .withProperties(settings.ofService(name))
        .withExtensions()
        .build()
        .injectMembers(service);
    service.run();
  }

  /**
   * Druid's own shutdown waits half a minute for idle connections. What counts is in Derby and on disk, both of which
   * stand a sudden end, so the services get a moment and no more. A service that fails to start exits by itself, and gets
   * here as well: hence a code that says failure.
   */
  private static void endSoon() {
    try {
      Thread.sleep(STOPPING.toMillis());
    } catch (InterruptedException alreadyEnding) {
      // Then at once.
    }
    Runtime.getRuntime().halt(1);
  }

  private interface Part {
    void run() throws Exception;
  }

  /** Half a Druid helps nobody: one part that fails ends the whole. */
  private static void start(String name, Part part) {
    new Thread(() -> {
      try {
        part.run();
      } catch (Throwable failure) {
        System.err.println(name + " failed:");
        failure.printStackTrace();
        Runtime.getRuntime().halt(1);
      }
    }, name).start();
  }
}
