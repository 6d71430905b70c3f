import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.json.JSONObject;

/** Obeys commands on stdin and tells on stdout what comes of them, a JSON object a line. */
public class Driver {
  /** As it comes: its first request asks for HTTP/2. */
  private static final HttpClient http = HttpClient.newHttpClient();

  public static void main(String[] args) throws Exception {
    String url = args[0];
    Haggle haggle = new Haggle(url, args[1], (event, payload) -> tell("event", event, "payload", payload));
    ExecutorService workers = Executors.newCachedThreadPool();
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
    for (String line; (line = in.readLine()) != null; ) {
      JSONObject command = new JSONObject(line);
      workers.execute(
          () -> {
            Object id = command.opt("id");
            try {
              tell("id", id, "answer", obey(url, haggle, command));
            } catch (Exception error) {
              tell("id", id, "failed", error.toString());
            }
          });
    }
    System.exit(0);
  }

  private static Object obey(String url, Haggle haggle, JSONObject command) throws Exception {
    switch (command.getString("do")) {
      case "connect":
        haggle.connect();
        return null;
      case "close":
        haggle.close();
        return null;
      case "renew":
        return haggle.renew(command.getString("token")).get();
      case "rest":
        String body = command.isNull("body") ? null : command.get("body").toString();
        HttpRequest request =
            HttpRequest.newBuilder(URI.create(url + command.getString("path")))
                .header("Content-Type", "application/json")
                .method(
                    command.getString("method"),
                    body == null
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        return new JSONObject()
            .put("status", answer.statusCode())
            .put("body", new JSONObject(answer.body()));
      default:
        return haggle.request(command.getString("event"), command.getJSONObject("payload")).get();
    }
  }

  private static synchronized void tell(String name, Object value, String other, Object what) {
    try {
      Object told = what == null ? JSONObject.NULL : what instanceof Exception ? what.toString() : what;
      System.out.println(new JSONObject().put(name, value).put(other, told));
    } catch (Exception impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
