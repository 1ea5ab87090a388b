extension DocumentPart {
    /// The page for people.
    static let page = DocumentPart(
        #"""
        {
          "tag": {
            "name": "Page",
            "description": ["A page for people; its files hold no data and need no key."]
          },
          "paths": {
            "/": {
              "get": {
                "operationId": "getPage",
                "summary": "The page",
                "security": [],
                "responses": {
                  "200": {
                    "description": "HTML.",
                    "content": {"text/html; charset=utf-8": {"schema": {"type": "string"}}}
                  },
                  "304": {"description": "It is the one that the client has."}
                }
              }
            },
            "/page/{id}": {
              "get": {
                "operationId": "getPageFile",
                "summary": "A file of the page",
                "security": [],
                "parameters": [
                  {
                    "name": "id",
                    "in": "path",
                    "required": true,
                    "schema": {"type": "string", "minLength": 1, "examples": ["page.css"]}
                  }
                ],
                "responses": {
                  "200": {
                    "description": "The file.",
                    "content": {
                      "text/css; charset=utf-8": {"schema": {"type": "string"}},
                      "text/javascript; charset=utf-8": {"schema": {"type": "string"}},
                      "text/html; charset=utf-8": {"schema": {"type": "string"}}
                    }
                  },
                  "304": {"description": "It is the one that the client has."},
                  "404": "The page has no such file."
                }
              }
            }
          }
        }
        """#)
}
