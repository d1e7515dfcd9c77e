// The REST forms are those that azure-ai-ml 1.35.2 makes of the same YAML, in the spelling of the service's schema.

#include <mlops/aml/compile/compile.hpp>
#include <mlops_test/catch.hpp>
#include <mlops_test/fakes.hpp>

#include "recording_resolver.hpp"

namespace json = boost::json;
using namespace mlops;
using Catch::Matchers::ContainsSubstring;

namespace {

json::value properties_of(const std::string& yaml, test::RecordingResolver& resolver) {
  const aml::YamlFile file = aml::parse_yaml(yaml, "store.yml", resolver.variables, {});
  CHECK(aml::kind_of(file) == aml::Kind::datastore);
  return aml::compile(aml::kind_of(file), file, resolver).body.at("properties");
}

std::string text_of(const std::string& yaml) {
  test::RecordingResolver resolver;
  return json::serialize(properties_of(yaml, resolver));
}

const std::string k_blob = "name: store\ntype: azure_blob\naccount_name: a\ncontainer_name: c\n";

}  // namespace

TEST_CASE("a datastore in a storage account has the cloud's address unless it says another") {
  CHECK(
      text_of(k_blob) ==
      R"({"accountName":"a","containerName":"c","datastoreType":"AzureBlob","credentials":{"credentialsType":"None"},)"
      R"("protocol":"https","endpoint":"storage.example"})");
  CHECK(text_of("name: s\ntype: azure_file\naccount_name: a\nfile_share_name: f\nprotocol: http\nendpoint: e\n"
                "description: d\ntags: {a: 1}\n") ==
        R"({"description":"d","tags":{"a":"1"},"accountName":"a","fileShareName":"f","endpoint":"e","protocol":"http",)"
        R"("datastoreType":"AzureFile","credentials":{"credentialsType":"None"}})");
  CHECK(text_of("name: s\ntype: azure_data_lake_gen2\naccount_name: a\nfilesystem: f\ncredentials: {}\n") ==
        R"({"accountName":"a","filesystem":"f","credentials":{"credentialsType":"None"},)"
        R"("datastoreType":"AzureDataLakeGen2","protocol":"https","endpoint":"storage.example"})");
}

TEST_CASE("a store in a lake is what its type says") {
  CHECK(text_of("name: s\ntype: azure_data_lake_gen1\nstore_name: n\n") ==
        R"({"storeName":"n","datastoreType":"AzureDataLakeGen1","credentials":{"credentialsType":"None"}})");
  CHECK(text_of("name: s\ntype: one_lake\none_lake_workspace_name: w\nendpoint: e\nartifact: {name: l}\n") ==
        R"({"oneLakeWorkspaceName":"w","endpoint":"e","artifact":{"artifactName":"l","artifactType":"LakeHouse"},)"
        R"("datastoreType":"OneLake","credentials":{"credentialsType":"None"}})");
}

TEST_CASE("each form of credentials is known by its key, and its secret is kept") {
  struct Row {
    std::string store, yaml, rest, secret;
  };

  const std::string lake = "name: s\ntype: azure_data_lake_gen1\nstore_name: n\n";
  const std::string principal = R"("tenantId":"t","clientId":"c",)";
  const Row rows[] = {
      {k_blob, "{account_key: key-1}",
       R"({"secrets":{"key":"key-1","secretsType":"AccountKey"},"credentialsType":"AccountKey"})", "key-1"},
      {k_blob, "{sas_token: sas-1}", R"({"secrets":{"sasToken":"sas-1","secretsType":"Sas"},"credentialsType":"Sas"})",
       "sas-1"},
      {lake, "{tenant_id: t, client_id: c, client_secret: word-1}",
       "{" + principal +
           R"("secrets":{"clientSecret":"word-1","secretsType":"ServicePrincipal"},"credentialsType":"ServicePrincipal",)"
           R"("authorityUrl":"https://login.example/"})",
       "word-1"},
      {lake, "{tenant_id: t, client_id: c, authority_uri: u, resource_url: r, thumbprint: p, certificate: pem-1}",
       "{" + principal +
           R"("authorityUrl":"u","resourceUrl":"r","thumbprint":"p",)"
           R"("secrets":{"certificate":"pem-1","secretsType":"Certificate"},"credentialsType":"Certificate"})",
       "pem-1"},
  };
  for (const auto& row : rows) {
    test::RecordingResolver resolver;
    const json::value properties = properties_of(row.store + "credentials: " + row.yaml + "\n", resolver);
    CHECK(json::serialize(properties.at("credentials")) == row.rest);
    CHECK(resolver.secrets == std::vector<std::string>{row.secret});
  }
}

TEST_CASE("a datastore refuses credentials of another kind of store") {
  CHECK_THROWS_WITH(text_of(k_blob + "credentials: {tenant_id: t, client_id: c, client_secret: s}\n"),
                    ContainsSubstring("store.yml:5:14: the credentials of such a datastore have the key account_key or "
                                      "sas_token."));
  CHECK_THROWS_WITH(text_of("name: s\ntype: hdfs\nfilesystem: f\n"),
                    ContainsSubstring("\"hdfs\" is not possible here"));
}

TEST_CASE("only a datastore's credentials may hold a secret variable") {
  test::RecordingResolver resolver;
  test::FakeEnvironment environment(std::map<std::string, std::string>{{"SECRET_STORE_KEY", "a$(b)\"c"}});
  resolver.variables = agent::Variables(environment);
  const json::value properties = properties_of(k_blob + "credentials: {account_key: $(store.key)}\n", resolver);
  CHECK(properties.at("credentials").at("secrets").at("key") == "a$(b)\"c");
  CHECK(resolver.secrets == std::vector<std::string>{"a$(b)\"c"});
  CHECK_THROWS_WITH(properties_of(k_blob + "description: $(store.key)\n", resolver),
                    ContainsSubstring("store.yml:5:14: the variable \"store.key\" is secret"));
}
