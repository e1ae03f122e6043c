// Starts Swagger UI with the service's OpenAPI document.
SwaggerUIBundle({ url: "openapi.json", dom_id: "#docs", deepLinking: true, validatorUrl: null });
