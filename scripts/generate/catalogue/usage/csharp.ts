import { dataLiteral } from '../../dotnet/literal.ts';
import { readModels } from '../../dotnet/read-model.ts';
import { quoted } from '../../dotnet/source-text.ts';
import { typeName } from '../../names.ts';
import { clientOf, consumerOf } from './parties.ts';
import { type Snippet, type SnippetLanguage, type SnippetSubject, TENANT } from './snippet.ts';

/** With the NuGet package `Tidings.Client`. */
export const csharp: SnippetLanguage = {
  id: 'csharp',
  label: 'C#',
  publish: (subject) => [overHttp(subject), toTheBus(subject)],
  subscribe: (subject) => [...(subject.schema.clientBroadcast ? [live(subject)] : []), durably(subject)],
};

const usingsOf = (more: readonly string[] = []): string =>
  [...more, 'Tidings.Client', 'Tidings.Client.Events'].map((name) => `using ${name};`).join('\n');

/** The call that publishes the first example, and what it takes. */
function publishing({ schema }: SnippetSubject): { readonly call: string; readonly usings: string } {
  const model = readModels([schema]).get(schema.type);
  const { code, usings } =
    model === undefined ? { code: 'new()', usings: [] } : dataLiteral(model, schema.examples[0] ?? {});
  const event = `NewEvents.${typeName(schema)}(${quoted(TENANT)}, ${code})`;
  return { call: `await tidings.PublishAsync(${event});`, usings: usingsOf(usings) };
}

/** Who has a client of its own: the one that publishes, or the one that receives. */
const credentials = (client: string): string => `using var http = TidingsHttp.CreateClient();
var tokens = new ClientCredentialsTokenSource(http, new ClientCredentials
{
    Issuer = "https://login.example.com",
    ClientId = ${quoted(client)},
    ClientSecret = Environment.GetEnvironmentVariable("CLIENT_SECRET") ?? "",
});`;

function overHttp(subject: SnippetSubject): Snippet {
  const { call, usings } = publishing(subject);
  return {
    title: 'From anywhere, over HTTP',
    language: 'csharp',
    code: `${usings}

${credentials(clientOf(subject.schema))}
var tidings = new TidingsApiClient(http, new TidingsApiOptions { ApiUrl = "https://events.example.com" }, tokens);

${call}`,
  };
}

function toTheBus(subject: SnippetSubject): Snippet {
  const { call, usings } = publishing(subject);
  const { module } = subject.schema;
  return {
    title: 'With AWS credentials and the package `Tidings.Client.EventBridge`, straight to the bus',
    language: 'csharp',
    code: `${usings}

using var tidings = new TidingsBusClient(new TidingsBusOptions
{
    Buses = Buses.Named(new Dictionary<string, string> { [${quoted(module)}] = ${quoted(subject.bus)} }),
});

${call}`,
  };
}

function live({ schema }: SnippetSubject): Snippet {
  const name = typeName(schema);
  return {
    title: 'Live, each event once and in order',
    language: 'csharp',
    code: `${usingsOf()}

${credentials(consumerOf(schema))}
await using var live = new TidingsLive(
    new TidingsLiveOptions
    {
        SocketUrl = "wss://socket.example.com/v1",
        Filter = new EventFilter { Types = [EventTypes.${name}] },
    },
    tokens);

await foreach (var recorded in live.ReadAllAsync())
{
    if (recorded.TryGetData<${name}>(out var data))
    {
        Console.WriteLine($"{recorded.Sequence} {recorded.Subject} {data}");
    }
}`,
  };
}

function durably({ schema }: SnippetSubject): Snippet {
  const name = typeName(schema);
  return {
    title: 'In a service, with a durable subscription',
    language: 'csharp',
    code: `${usingsOf()}

${credentials(consumerOf(schema))}
await using var consumer = new TidingsSubscription(
    http,
    new TidingsSubscriptionOptions
    {
        ApiUrl = "https://events.example.com",
        Name = ${quoted(consumerOf(schema))},
        // The hub keeps filter and cursor under the name. It is made if there is none.
        Create = new SubscriptionCreation { Filter = new EventFilter { Types = [EventTypes.${name}] } },
    },
    tokens);

await foreach (var delivery in consumer.ReadAllAsync())
{
    if (delivery.Event.TryGetData<${name}>(out var data))
    {
        Console.WriteLine($"{delivery.Event.Id} {data}");
    }

    // What is not acknowledged comes again.
    delivery.Ack();
}`,
  };
}
