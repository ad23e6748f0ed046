import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.configuration.connectors.BoltConnector;
import org.neo4j.configuration.connectors.BoltConnector.EncryptionLevel;
import org.neo4j.configuration.connectors.HttpConnector;
import org.neo4j.configuration.helpers.SocketAddress;
import org.neo4j.configuration.ssl.SslPolicyConfig;
import org.neo4j.configuration.ssl.SslPolicyScope;
import org.neo4j.harness.Neo4j;
import org.neo4j.harness.Neo4jBuilders;

/**
 * A real Neo4j in this process, for tests: prints its Bolt port and the path of its own certificate, for it takes plain
 * and encrypted connections; ends with its standard input and leaves no files. Argument: the password of the user neo4j.
 */
final class TestNeo4j {
  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory("flowstate-neo4j-");
    SslPolicyConfig policy = SslPolicyConfig.forScope(SslPolicyScope.BOLT);
    Neo4j neo4j = Neo4jBuilders.newInProcessBuilder(folder)
        .withConfig(GraphDatabaseSettings.auth_enabled, true)
        .withConfig(GraphDatabaseSettings.pagecache_memory, 64L * 1024 * 1024)
        .withConfig(GraphDatabaseSettings.preallocate_logical_logs, false)
        .withConfig(BoltConnector.listen_address, new SocketAddress("127.0.0.1", 0))
        .withConfig(BoltConnector.advertised_address, new SocketAddress("127.0.0.1", 0))
        .withConfig(BoltConnector.encryption_level, EncryptionLevel.OPTIONAL)
        .withConfig(policy.enabled, true)
        .withConfig(HttpConnector.enabled, false)
        .build();
    neo4j.databaseManagementService().database("system")
        .executeTransactionally("ALTER USER neo4j SET PASSWORD '" + arguments[0] + "' CHANGE NOT REQUIRED");
    Path certificate = neo4j.config().get(policy.base_directory).resolve("public.crt");
    System.out.println(neo4j.boltURI().getPort() + " " + certificate);
    while (System.in.read() >= 0) { } // until whoever started it closes it, or dies
    neo4j.close();
    delete(folder.toFile());
    System.exit(0);
  }

  private static void delete(File file) {
    File[] children = file.listFiles();
    if (children != null) for (File child : children) delete(child);
    file.delete();
  }
}
