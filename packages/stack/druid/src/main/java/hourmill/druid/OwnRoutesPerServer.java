package hourmill.druid;

import com.google.inject.Binder;
import com.google.inject.Inject;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.servlet.GuiceFilter;
import java.util.stream.Stream;
import org.apache.druid.guice.LifecycleModule;
import org.apache.druid.guice.annotations.RemoteChatHandler;
import org.apache.druid.initialization.DruidModule;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.servlet.ServletHandler;

/**
 * Lets several Druid services share one JVM. Druid 33 has Jetty create each {@link GuiceFilter} by its class, and a
 * filter made that way finds the request routes in a static field: every port would answer with the routes of the
 * service that started last. This hands each Jetty the filter of its own injector before it starts.
 */
public final class OwnRoutesPerServer implements DruidModule {
  @Override
  public void configure(Binder binder) {
    binder.bind(Handover.class);
    LifecycleModule.register(binder, Handover.class);
  }

  static final class Handover {
    @Inject
    Handover(Injector injector, GuiceFilter own) {
      Handler[] handlers = jetty(injector).getChildHandlersByClass(ServletHandler.class);
      Stream.of(handlers)
          .flatMap(handler -> Stream.of(((ServletHandler) handler).getFilters()))
          .filter(holder -> holder.getHeldClass() == GuiceFilter.class)
          .forEach(holder -> holder.setFilter(own));
    }
  }

  /** The Indexer serves through a Jetty of this qualifier; to ask it for the plain one would open a second one. */
  private static Server jetty(Injector injector) {
    Key<Server> indexers = Key.get(Server.class, RemoteChatHandler.class);
    return injector.getInstance(injector.getExistingBinding(indexers) == null ? Key.get(Server.class) : indexers);
  }
}
